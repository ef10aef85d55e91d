"""Occurrences that differ from their series, and how they are carried over to another one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve, frozen

from kloudsync.errors import UsageError
from kloudsync.model.times import Time, epoch, is_all_day
from kloudsync.providers.google.series.division import moved_to
from kloudsync.providers.google.series.patches import TIMES, difference, merged, read, written
from kloudsync.providers.google.series.rhythm import Rhythm, moment
from kloudsync.providers.google.wire.event import Event, EventStatus


@frozen(kw_only=True)
class Carried:
    """An exception on its way to another series.

    Attributes:
        slot: The original start of the occurrence that becomes it.
        changes: What to change of that occurrence; None where it is cancelled.
        exception: As it was.
        again: Whether an exception stands there already, which becomes another one.
    """

    slot: Time
    changes: Event | None
    exception: Event
    again: bool = False


@frozen(kw_only=True)
class Passage:
    """What becomes of the exceptions of a series that goes on as another one.

    Attributes:
        carried: Those that have a place there.
        lost: Those that have none.
    """

    carried: tuple[Carried, ...] = ()
    lost: tuple[Event, ...] = ()


def carry(series: Event, exceptions: Iterable[Event], at: Time, tail: Event) -> Passage:
    """Find a place in the later segment for each exception of a divided series.

    An exception keeps its own times where it was moved, and whatever else it has of its
    own; all the rest follows the later segment. It belongs to its occurrence, by number: it
    moves as far as the first occurrence does, and so do the dates that the rule leaves out.
    Its place is the occurrence there, or else the only one on that day.

    Args:
        series: The series before it was divided.
        exceptions: Its changed and cancelled occurrences, in any order.
        at: The original start of the first occurrence of the later segment.
        tail: The later segment.
    """
    old, new = Rhythm.of(series), Rhythm.of(tail)
    start = new.rule.start
    if is_all_day(start) is not is_all_day(at):
        return _passage(series, exceptions, at, lambda _: None)
    shift = old.shift(at, start)
    return _passage(series, exceptions, at, lambda slot: new.nearest(shift.of(slot)))


def stay(series: Event, exceptions: Iterable[Event], at: Time, after: Event) -> Passage:
    """Tell what the service does with exceptions where a whole series changes: they stay.

    Args:
        series: The series before its change.
        exceptions: Its changed and cancelled occurrences, in any order.
        at: The original start of its first occurrence.
        after: The series after its change; exceptions without a slot there are lost.
    """
    new = Rhythm.of(after)
    if is_all_day(new.rule.start) is not is_all_day(at):
        return _passage(series, exceptions, at, lambda _: None)
    return _passage(series, exceptions, at, lambda slot: slot if new.has(slot) else None)


def pending(wanted: Passage, done: Passage, tail: Event) -> tuple[Carried, ...]:
    """Return what is left to write of a passage where another one is written already.

    Only what that one wrote is taken back: all else is somebody else's.

    Args:
        wanted: What shall stand in the later segment.
        done: What was written there.
        tail: The later segment.
    """
    before = {epoch(one.slot): one for one in done.carried}
    fresh = [one for one in wanted.carried if epoch(one.slot) not in before]
    after = {epoch(one.slot): one for one in wanted.carried}
    rewritten = (_rewritten(one, after.get(slot), tail) for slot, one in before.items())
    return (*fresh, *(one for one in rewritten if one is not None))


def original_start(exception: Event) -> Time | None:
    """Read where the rule puts an occurrence; None where it does not say."""
    try:
        return moment(exception.original_start_time)
    except UsageError:
        return None


def _passage(
    series: Event,
    exceptions: Iterable[Event],
    at: Time,
    place_of: Callable[[Time], Time | None],
) -> Passage:
    rhythm = Rhythm.of(series)
    carried: dict[int, Carried] = {}
    lost: list[Event] = []
    for exception in exceptions:
        slot = original_start(exception)
        if slot is None or is_all_day(slot) is not is_all_day(at) or epoch(slot) < epoch(at):
            continue
        place = place_of(slot)
        if place is None or epoch(place) in carried:
            lost.append(exception)
        else:
            changes = _changes(series, rhythm, slot, exception)
            carried[epoch(place)] = Carried(slot=place, changes=changes, exception=exception)
    return Passage(carried=tuple(carried.values()), lost=tuple(lost))


def _rewritten(done: Carried, wanted: Carried | None, tail: Event) -> Carried | None:
    """Return what makes one exception of another, or an ordinary occurrence again."""
    target = evolve(wanted or evolve(done, changes=Event()), again=True)
    if done.changes == target.changes:
        return None
    if target.changes is None:
        return target
    if done.changes is None:
        return evolve(target, changes=evolve(target.changes, status=EventStatus.CONFIRMED))
    plain = _contents(tail) | written(moved_to(tail, Rhythm.of(tail), done.slot))
    held, goal = (merged(plain, written(one)) for one in (done.changes, target.changes))
    return evolve(target, changes=read(difference(held, goal)))


def _changes(series: Event, rhythm: Rhythm, slot: Time, exception: Event) -> Event | None:
    if exception.status == EventStatus.CANCELLED:
        return None
    before, after = _contents(series), _contents(exception)
    changes = read(difference(before, after))
    if _is_moved(rhythm, slot, exception):
        own = written(Event(start=exception.start, end=exception.end))
        changes = read({**written(changes), **own})
    return changes


def _contents(event: Event) -> dict[str, Any]:
    return {name: value for name, value in written(event).items() if name not in TIMES}


def _is_moved(rhythm: Rhythm, slot: Time, exception: Event) -> bool:
    start, end = moment(exception.start), moment(exception.end)
    if is_all_day(start) is not is_all_day(slot):
        return True
    return epoch(start) != epoch(slot) or epoch(end) != epoch(rhythm.rule.end_of(slot))
