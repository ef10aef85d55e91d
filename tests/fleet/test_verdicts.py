"""What an operator reads of an error."""

from __future__ import annotations

import pytest

from kloudsync.errors import (
    DecodeError,
    KloudsyncError,
    NotFound,
    RecurrenceError,
    UsageError,
)
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import Note, State
from kloudsync.fleet.verdicts import Result, of_error, of_result, words


def test_the_programs_own_mistake_is_told_in_its_words() -> None:
    """A name alone would let nobody find what to mend."""
    error = UsageError("no list of kloudless's calendars can be followed; name them")
    assert words(error) == (
        "UsageError: no list of kloudless's calendars can be followed; name them"
    )


def test_an_address_is_left_out_of_a_mistake() -> None:
    """Calendars and accounts are called like people."""
    error = UsageError("the client keeps 'ann@example.com' under the account 'x', not 'y'")
    assert words(error) == (
        "UsageError: the client keeps (an address) under the account 'x', not 'y'"
    )


def test_a_mistake_is_told_on_one_line_that_steers_nothing() -> None:
    """It goes into logs and to terminals, and into a row of a table."""
    told = words(UsageError("first\nsecond \x1b[31m" + "long " * 99))
    assert told.startswith("UsageError: first second \N{SYMBOL FOR ESCAPE}[31mlong long")
    assert len(told) == len("UsageError: ") + 300
    assert told.endswith("…")


@pytest.mark.parametrize(
    "error",
    [
        RecurrenceError("RRULE:FREQ=A STRANGER'S"),
        DecodeError("a stranger's title"),
        KeyError("a stranger's"),
        type("OwnError", (UsageError,), {})("a secret of the program"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_may_quote_somebody_is_named_only(error: Exception) -> None:
    """What inherits from a mistake may be about what stands in a calendar."""
    assert words(error) == type(error).__name__


def test_a_reason_of_the_service_is_told() -> None:
    """It is a word of its own, which strangers do not choose."""
    error: KloudsyncError = NotFound(
        "no calendar of a stranger's name",
        status=404,
        provider="google",
        operation="events.list",
        reason="notFound",
    )
    assert words(error) == "NotFound (notFound)"


def test_what_is_urgent_stays_so_until_it_is_done() -> None:
    """A list that could not be read at first shows calendars that are as urgent as they were."""
    policy, note = FleetPolicy(), Note(urgent=True)
    failed = of_error(note, OSError(), policy, lane=Lane.POLL, attempts=1, now=5.0, chance=0.5).note
    assert (failed.state, Note.read(failed.write()).urgent) == (State.FAILING, True)
    assert not of_result(failed, Result(), policy, now=9.0, chance=0.5).note.urgent
