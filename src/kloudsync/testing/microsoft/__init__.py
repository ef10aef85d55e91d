"""A fake of Microsoft Graph's calendars: its deltas, its series, its notifications, its faults."""

from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.habits import USUAL, Habit
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.patterns import recurring
from kloudsync.testing.microsoft.service import FakeMicrosoft
from kloudsync.testing.microsoft.user import RandomUser

__all__ = ["USUAL", "FakeCalendar", "FakeMicrosoft", "Habit", "Mailbox", "RandomUser", "recurring"]
