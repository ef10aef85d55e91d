"""What Google is seen or believed to do without any document that promises it."""

from enum import Enum


class Habit(Enum):
    """One habit of the service; the value says what it is, and how well it is known."""

    BARE_CANCELLATIONS = (
        "every second cancelled occurrence is listed as id and status alone (1, seen)"
    )
    CHILDREN_OF_THE_DEAD = "a deleted series is followed by its occurrences, cancelled (2, seen)"
    NO_EMPTY_EVENTS = "an event that ends when it starts is refused on insert (1, seen)"
    NO_UNKNOWN_COLORS = "a colorId that the palette lacks is refused (inferred)"
    NO_FREQUENT_RULES = "rules that recur every second or minute are refused (inferred)"
    FORGETFUL_CALENDARS = (
        "calendars of birthdays and holidays tell no deletions, and their tokens die (2, seen)"
    )
    CONDITIONAL_LISTS = (
        "a list asked for with the etag of its last answer is 304 where nothing changed (inferred)"
    )
    NO_FOREIGN_IMPORTS = "an import in which the owner takes no part is refused (from memory)"


USUAL = frozenset(
    (
        Habit.NO_EMPTY_EVENTS,
        Habit.NO_UNKNOWN_COLORS,
        Habit.NO_FREQUENT_RULES,
        Habit.FORGETFUL_CALENDARS,
        Habit.CONDITIONAL_LISTS,
    )
)
"""What a fake does unless it is told otherwise."""
