"""The two deltas: of what stands in a window, and of what a calendar holds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import attrs

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.faults import FaultKind
from kloudsync.testing.microsoft.book import Book, Touch
from kloudsync.testing.microsoft.call import Call, answer
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.items import Item, Occurrence
from kloudsync.testing.microsoft.queries import page_size, refuse_options
from kloudsync.testing.microsoft.refusals import (
    Refusal,
    invalid_parameter,
    invalid_request,
    resync_required,
)
from kloudsync.testing.microsoft.rendering import (
    Form,
    render_bare,
    render_item,
    render_occurrence,
    render_stub,
)
from kloudsync.testing.microsoft.sync_states import Question, Round, State

LONGEST_DAYS: Final = 1825
"""How many days a window may span."""
FAR: Final = datetime.max.replace(tzinfo=UTC)
_REFUSED = ("$expand", "$filter", "$orderby", "$search", "$select")
_Group = list[Resource]
"""Rows that a page does not divide."""


def view_delta(call: Call) -> Reply:
    """Answer `calendarView.delta`."""
    return _delta(call, "view")


def item_delta(call: Call) -> Reply:
    """Answer `events.delta`."""
    return _delta(call, "items")


def window(call: Call) -> tuple[datetime, datetime]:
    """Read the window of a question, both ends of which are required."""
    start, end = call.instant("startDateTime"), call.instant("endDateTime")
    if end < start or (end - start).days > LONGEST_DAYS:
        raise invalid_request(
            "Your request can't be completed. The range between the start and end dates is"
            f" greater than the allowed range. Maximum number of days: {LONGEST_DAYS}."
        )
    return start, end


def _delta(call: Call, kind: str) -> Reply:
    refuse_options(call, *_REFUSED)
    book = call.readable().book
    try:
        if "$skiptoken" in call.query:
            round_, number, page = call.states.page(call.query.get("$skiptoken"), book.calendar)
            return _page(call, round_, number, page)
        if "$deltatoken" in call.query:
            token = call.query.get("$deltatoken")
            return _begun(call, book, call.states.state(token, kind, book.calendar), first=False)
    except Refusal as refusal:
        raise _as_told(call, refusal) from refusal
    question = _question(call, kind, book)
    state = State(question=question, mark=0, former=0, number=0)
    return _begun(call, book, state, first=True)


def _as_told(call: Call, refusal: Refusal) -> Refusal:
    """Word the refusal of a dead token as the service's habit is."""
    if refusal.status != 410:
        return refusal
    if Habit.RESYNC_REQUIRED in call.tenant.habits:
        return resync_required(call.here(**{"$deltatoken": ""}))
    if Habit.TOKENS_NOT_FOUND in call.tenant.habits:
        return Refusal(404, refusal.code, refusal.message)
    return refusal


def _question(call: Call, kind: str, book: Book) -> Question:
    if kind == "view":
        start, end = window(call)
        return Question(kind=kind, calendar=book.calendar, start=start, end=end)
    if call.query.get("endDateTime"):
        raise invalid_request("The endDateTime parameter is not supported here.")
    given = call.query.get("startDateTime")
    if not given and Habit.ITEM_DELTA_NEEDS_START in call.tenant.habits:
        raise invalid_parameter("StartDateTime", "")
    start = call.instant("startDateTime") if given else datetime.min.replace(tzinfo=UTC)
    return Question(kind=kind, calendar=book.calendar, start=start)


def _begun(call: Call, book: Book, state: State, *, first: bool) -> Reply:
    """Answer with the first page of a round."""
    form = call.form()
    told = _Told(book, state.question, form, call.tenant.habits)
    groups = told.whole() if first else told.since(_mark(call, state), state.mark)
    pages = _cut(_shaken(list(groups), call), page_size(call), call.tenant.habits)
    following = call.states.next(state.question, book.mark, state.mark)
    round_ = Round(pages=pages, state=following)
    if len(pages) == 1:
        return _page(call, round_, 0, 0)
    return _page(call, round_, call.states.begin(round_), 0)


def _mark(call: Call, state: State) -> int:
    return state.former if Habit.REPLAYS in call.tenant.habits and state.former else state.mark


def _page(call: Call, round_: Round, number: int, page: int) -> Reply:
    body: Resource = {"@odata.context": f"{call.root}/$metadata#Collection(event)"}
    body["value"] = round_.pages[page]
    if page + 1 < len(round_.pages):
        token = call.states.page_token(number, page + 1)
        body["@odata.nextLink"] = call.here(**{"$skiptoken": token})
    else:
        body["@odata.deltaLink"] = call.here(**{"$deltatoken": call.states.token(round_.state)})
    return answer(body, headers=call.applied("odata.track-changes"))


def _shaken(groups: list[_Group], call: Call) -> list[_Group]:
    """Repeat and reorder rows, where a fault says so."""
    kind = call.fault.kind if call.fault else None
    if kind is FaultKind.DUPLICATE_ITEMS:
        return [*groups, *groups]
    if kind is FaultKind.REORDER_PAGES:
        return [group[::-1] for group in reversed(groups)]
    return groups


def _cut(groups: list[_Group], size: int, habits: set[Habit]) -> list[list[Resource]]:
    """Cut rows into pages; an answer has one page at least."""
    if Habit.FAMILIES_TOGETHER not in habits:
        groups = [[row] for group in groups for row in group]
    pages: list[list[Resource]] = [[]]
    for group in groups:
        if pages[-1] and len(pages[-1]) + len(group) > size:
            pages.append([])
        pages[-1].extend(group)
    return [[], *pages] if Habit.EMPTY_PAGES in habits else pages


@attrs.frozen
class _Told:
    """What a delta tells of a calendar.

    Attributes:
        book: The calendar's items.
        question: What is followed.
        form: How it is written.
        habits: What the service does by habit.
    """

    book: Book
    question: Question
    form: Form
    habits: set[Habit]

    def whole(self) -> Iterator[_Group]:
        """Yield everything, for a first round."""
        for item in self.book:
            if self._matters(item):
                yield self._rows(item)
        if Habit.REMOVED_AT_FIRST in self.habits:
            for tomb in self.book.tombs.values():
                yield [self._removed(self.form.id(tomb.item))]

    def since(self, mark: int, known: int) -> Iterator[_Group]:
        """Yield what changed after a stamp.

        Args:
            mark: The stamp.
            known: The stamp of the last change that was told before; not earlier.
        """
        for key, touches in self.book.since(mark).items():
            item = self.book.get(key)
            group = self._gone(key, known) if item is None else self._changed(item, touches)
            if group:
                yield group

    def _matters(self, item: Item) -> bool:
        return item.is_within(self.question.start, self.question.end or FAR)

    def _standing(self, item: Item) -> list[Occurrence]:
        return item.between(self.question.start, self.question.end or FAR)

    def _changed(self, item: Item, touches: list[Touch]) -> _Group:
        if not self._matters(item):
            outside = Habit.OUTSIDE_REMOVED in self.habits
            return [self._removed(self.form.id(item))] if outside else []
        resent = Habit.MASTER_RESENT in self.habits or not item.is_series
        if resent or any(touch.day is None for touch in touches):
            return self._rows(item)
        own = {touch.day for touch in touches}.intersection(item.deviations)
        names = {self.form.occurrence_id(item.occurrence(day)) for day in own}
        return [row for row in self._rows(item) if row["id"] in names]

    def _rows(self, item: Item) -> _Group:
        if self.question.kind == "items":
            return self._item_rows(item)
        if not item.is_series:
            return [self._typed(render_item(item, self.form))]
        told = [
            self._typed(render_occurrence(one, self.form))
            if one.deviation
            else render_stub(one, self.form)
            for one in self._standing(item)
        ]
        # Of a poll the exceptions come, the master never.
        return told if item.is_poll else [self._typed(render_item(item, self.form)), *told]

    def _item_rows(self, item: Item) -> _Group:
        events = [self._typed(render_item(item, self.form))]
        if Habit.EXCEPTIONS_IN_ITEM_DELTA in self.habits:
            days = sorted(item.deviations)
            told = (render_occurrence(item.occurrence(day), self.form) for day in days)
            events += [self._typed(event) for event in told]
        bare = Habit.BARE_ITEM_DELTA in self.habits
        return [render_bare(event) for event in events] if bare else events

    def _gone(self, key: str, known: int) -> _Group:
        tomb = self.book.tombs.get(key)
        if tomb is None or tomb.item.born > known:
            return []  # What came and went between two rounds is not told.
        changed = tomb.moved and Habit.MOVED_AS_CHANGED in self.habits
        reason = "changed" if changed else "deleted"
        rows = [self._removed(self.form.id(tomb.item), reason)]
        children = Habit.OCCURRENCES_REMOVED in self.habits and self.question.kind == "view"
        if children and tomb.item.is_series:
            names = (self.form.occurrence_id(one) for one in self._standing(tomb.item))
            rows += [self._removed(name, reason) for name in names]
        return rows

    def _removed(self, name: str, reason: str = "deleted") -> Resource:
        return {"@removed": {"reason": reason}, "id": name}

    def _typed(self, event: Resource) -> Resource:
        return {"@odata.type": "#microsoft.graph.event", **event}
