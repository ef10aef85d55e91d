"""Questions to a store: what takes place, when calendars are taken, and when they are free.

All of these are plain functions that block; they read committed passes only, and one
pass of each calendar at a time. What they read is kept in seconds until somebody asks
for a datetime.
"""

from kloudsync.agenda.agenda import Agenda
from kloudsync.agenda.busy import BusyOptions, Intervals, busy, free
from kloudsync.agenda.hours import WORKWEEK, WorkingHours
from kloudsync.agenda.occurrences import occurrences
from kloudsync.agenda.openings import Participant
from kloudsync.agenda.ports import AgendaReader
from kloudsync.agenda.search import FreeTime, find_free
from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.skipping import MOST_OCCURRENCES, Skipped, leave_out, refuse

__all__ = [
    "MOST_OCCURRENCES",
    "WORKWEEK",
    "Agenda",
    "AgendaReader",
    "BusyOptions",
    "FreeTime",
    "Intervals",
    "Participant",
    "Skipped",
    "Unexpanded",
    "WorkingHours",
    "busy",
    "find_free",
    "free",
    "leave_out",
    "occurrences",
    "refuse",
]
