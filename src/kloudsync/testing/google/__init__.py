"""A fake Google Calendar: its rules, its pages, its tokens, its faults."""

from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.habits import USUAL, Habit
from kloudsync.testing.google.oracle import Occurrence
from kloudsync.testing.google.population import fill, populate
from kloudsync.testing.google.quotas import Quota
from kloudsync.testing.google.service import FakeGoogle
from kloudsync.testing.google.splitting import CountSplit
from kloudsync.testing.google.user import RandomUser

__all__ = [
    "USUAL",
    "CountSplit",
    "FakeCalendar",
    "FakeGoogle",
    "Habit",
    "Occurrence",
    "Quota",
    "RandomUser",
    "fill",
    "populate",
]
