"""Refusing what does not fit when an object is made, by name, and not when it is used."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any, Final

from attrs import evolve, frozen

from kloudsync.errors import UsageError
from kloudsync.http.caller import AnyCaller, Awaiting, Blocking
from kloudsync.runtime.colour import Awaits, Blocks, Colour, InColour
from kloudsync.runtime.local import AsyncLocal, Local

_KINDS: Final[dict[type[Colour], str]] = {Blocks: "a blocking client", Awaits: "an Async client"}


@frozen
class Shape:
    """What an object may be made from.

    Attributes:
        noun: What it is.
        such_as: What a program would write.
        member: An attribute that tells it from other things.
        apart: An attribute of what looks like it and is something else.
    """

    noun: str
    such_as: str
    member: str
    apart: str | None = None


CALENDAR: Final = Shape("a calendar", "google.calendar('primary')", "fingerprint")
READER: Final = Shape("a calendar", "google.calendar('primary')", "occurrence_id")
EVENTS: Final = evolve(READER, apart="member")
LIST: Final = Shape("a list", "google.collections.calendars()", "member")
STORE: Final = Shape("a store", "SQLiteStore('calendars.db')", "unit")
LEDGER: Final = Shape("a store", "SQLiteStore('calendars.db')", "ledger")
CHANNELS: Final = Shape("a store", "SQLiteStore('calendars.db')", "standings")
DUE: Final = Shape("a store", "SQLiteStore('calendars.db')", "claim_due")
TOKENS: Final = Shape("a store", "SQLiteStore('calendars.db')", "keep_token")
SINK: Final = Shape("a calendar to write to", "salesloft.calendar(user)", "deliver")
ACCOUNT: Final = Shape("an account that can be watched", "google.push", "fate")
ENGINE: Final = Shape("an engine", "SyncEngine(google.calendar(), store)", "sync", "members")
ENGINES: Final = Shape("engines", "[SyncEngine(google.calendar(), store)]", "__iter__")
TOPIC: Final = Shape("topics", "Topic(key, 'acl')", "collection")
BY_TOPIC: Final = Shape("functions by topic", "{Topic(key, 'acl'): function}", "items")
BY_NAME: Final = Shape("functions by name", "{'crm': function}", "items")
CHANGE: Final = Shape("a change or its position", "one of engine.changes('crm')", "recorded_at")
KEY: Final = Shape("the key of a copy", "one of store.calendars()", "whole")
PROVIDER: Final = Shape("a provider", "Provider(name=…)", "offer")
COPY: Final = Shape("a copy of a calendar", "SyncEngine(…)", "lineage")


def expect(given: object, shape: Shape, holder: object) -> None:
    """Refuse what is something else.

    Raises:
        UsageError: It has another shape.
    """
    other = shape.apart is not None and hasattr(given, shape.apart)
    if isinstance(given, type) or other or not hasattr(given, shape.member):
        raise UsageError(_refusal(given, shape, holder))


def expect_kind(given: object, kind: type, name: str, holder: object) -> None:
    """Refuse an argument that is no value of its class.

    Args:
        given: The argument.
        kind: Its class.
        name: What it is called here.
        holder: Who is made with it.

    Raises:
        UsageError: It is of another class, or the class itself.
    """
    if not isinstance(given, kind):
        held = given.__name__ if isinstance(given, type) else type(given).__name__
        raise UsageError(f"{type(holder).__name__} needs {name}={kind.__name__}(…), not {held}")


def expect_number(given: object, name: str, holder: object) -> None:
    """Refuse an argument that is no number.

    Raises:
        UsageError: It is something else.
    """
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise UsageError(
            f"{type(holder).__name__} needs a number for {name}, not {type(given).__name__}"
        )


def expect_function(
    given: object, name: str, holder: object, *, awaited: bool = False, twin: str | None = None
) -> None:
    """Refuse what cannot be called, and what nobody would wait for.

    Args:
        given: What is called some day.
        name: What it is called here.
        holder: Who calls it.
        awaited: Whether what it returns is awaited.
        twin: What would await it, if there is such a thing.

    Raises:
        UsageError: It is no function, or a coroutine function, of which nothing would ever be done.
    """
    if not callable(given):
        raise UsageError(f"{name} is no function, but {type(given).__name__}")
    asynchronous = iscoroutinefunction(given) or iscoroutinefunction(type(given).__call__)
    if asynchronous and not awaited:
        raise UsageError(
            f"{name} is a coroutine function, which {type(holder).__name__} would not await; "
            f"give it a plain one{f', or make an {twin}' if twin else ''}"
        )


def expect_colour(given: object, shape: Shape, holder: InColour[Any]) -> None:
    """Refuse an object of the other colour.

    Raises:
        UsageError: It has another shape or colour.
    """
    colour = getattr(given, "colour", None)
    if colour not in _KINDS:
        raise UsageError(_refusal(given, shape, holder))
    if colour is not holder.colour:
        raise UsageError(
            f"{type(holder).__name__} needs {shape.noun} of {_KINDS[holder.colour]}; "
            f"this one is of {_KINDS[colour]}"
        )


def caller_of(given: Any, shape: Shape, holder: InColour[Any]) -> AnyCaller | Local | AsyncLocal:
    """Return who performs the calls of a calendar, a sink or an account.

    Raises:
        UsageError: It has another shape, or is of a client of the other colour.
    """
    expect(given, shape, holder)
    caller = getattr(given, "caller", None)
    if not isinstance(caller, (Blocking, Awaiting, Local, AsyncLocal)):
        raise UsageError(_refusal(given, shape, holder))
    expect_colour(caller, shape, holder)
    return caller


def _refusal(given: object, shape: Shape, holder: object) -> str:
    named = holder if isinstance(holder, str) else type(holder).__name__
    return f"{named} needs {shape.noun}, such as {shape.such_as}, not {type(given).__name__}"
