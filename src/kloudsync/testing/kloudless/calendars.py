"""Calendars, their events, and the time that is free in them."""

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.refusals import Refusal as GoogleRefusal
from kloudsync.testing.google.times import parse_zone
from kloudsync.testing.kloudless.addresses import href
from kloudsync.testing.kloudless.call import (
    Call,
    answer,
    nothing,
    numbered_page,
    page_of,
)
from kloudsync.testing.kloudless.ids import encode_id
from kloudsync.testing.kloudless.refusals import invalid, not_found
from kloudsync.testing.kloudless.unify import parse_duration, to_google, upstream_event
from kloudsync.testing.kloudless.upstream import Upstream

Span = tuple[datetime, datetime]


def list_calendars(call: Call) -> Reply:
    """Answer `calendars.list`."""
    entries = call.state.upstream(call.account).listed().values()
    return page_of(call, [_shown(call, entry) for entry in entries], "calendar")


def get_calendar(call: Call) -> Reply:
    """Answer `calendars.get`; the answer carries the id that an alias stands for."""
    upstream = call.state.upstream(call.account)
    calendar = upstream.calendar(call.names[0])
    return answer(_shown(call, upstream.listed()[calendar.id]))


def create_calendar(call: Call) -> Reply:
    """Answer `calendars.create`."""
    sent, google = call.sent(), call.state.google
    if not sent.get("name"):
        raise invalid("name")
    name = f"calendar{len(call.state.upstream(call.account).listed())}@group.example.com"
    address = call.state.account(call.account).address
    zone = sent.get("timezone") or "America/Los_Angeles"
    if not _is_zone(zone):
        raise invalid("timezone")
    google.add_calendar(name, account=address, summary=sent["name"], time_zone=zone)
    return answer(_shown(call, call.state.upstream(call.account).listed()[name]), 201)


def update_calendar(call: Call) -> Reply:
    """Answer `calendars.update`; only the name can be changed."""
    upstream = call.state.upstream(call.account)
    calendar = upstream.calendar(call.names[0])
    calendar.summary = call.sent().get("name") or calendar.summary
    return answer(_shown(call, upstream.listed()[calendar.id]))


def delete_calendar(call: Call) -> Reply:
    """Answer `calendars.delete`."""
    upstream = call.state.upstream(call.account)
    call.state.google.unshare(upstream.calendar(call.names[0]).id, upstream.address)
    return nothing()


def list_events(call: Call) -> Reply:
    """Answer `events.list`: masters and exceptions, or occurrences within a range."""
    upstream, calendar = _calendar(call)
    if call.state.numbered:
        return _numbered_events(call, upstream, calendar)
    parameters = {"maxResults": str(call.page_size())} | _range(call)
    if call.query.get("page"):
        parameters["pageToken"] = _page_token(call.query.get("page"))
    found = upstream.ask("GET", f"{_listed(call, calendar)}?{urlencode(parameters)}")
    shown = _unified(call, calendar, found["items"])
    page: Resource = {
        "type": "object_list",
        "api": "calendar",
        "count": len(shown),
        "page": call.query.get("page") or "1",
        "next_page": _page_name(found.get("nextPageToken")),
        "objects": shown,
    }
    return answer(page)


def get_event(call: Call) -> Reply:
    """Answer `events.get`."""
    upstream, calendar = _calendar(call)
    return _answer_event(call, calendar, upstream.ask("GET", _event(calendar, call.names[1])))


def create_event(call: Call) -> Reply:
    """Answer `events.create`."""
    upstream, calendar = _calendar(call)
    sent = call.sent()
    if not all(sent.get(name) for name in ("name", "start", "end")):
        raise invalid("event: name, start and end are required")
    created = upstream.ask("POST", _events(calendar), _google_s(sent, calendar))
    return _answer_event(call, calendar, created, 201)


def update_event(call: Call) -> Reply:
    """Answer `events.update`."""
    upstream, calendar = _calendar(call)
    changes = _google_s(call.sent(), calendar)
    updated = upstream.ask("PATCH", _event(calendar, call.names[1]), changes)
    return _answer_event(call, calendar, updated)


def delete_event(call: Call) -> Reply:
    """Answer `events.delete`."""
    upstream, calendar = _calendar(call)
    upstream.ask("DELETE", _event(calendar, call.names[1]))
    return nothing()


def find_availability(call: Call) -> Reply:
    """Answer `availability.query`: the longest free spans; both places of windows are read."""
    sent = call.sent()
    older: Resource = sent.get("constraints") or {}
    windows: list[Resource] = sent.get("time_windows") or older.get("time_windows") or []
    duration = parse_duration(sent.get("meeting_duration") or "")
    if not windows or not duration:
        raise invalid("time_windows or meeting_duration")
    calendars = [
        call.state.upstream(account).calendar(name)
        for account in call.accounts
        for name in sent.get("calendars") or ["primary"]
    ]
    free = [span for window in windows for span in _free(calendars, _span(window))]
    shown = [_window(span) for span in free if span[1] - span[0] >= duration]
    return answer({"api": "calendar", "type": "availability", "time_windows": shown})


def pass_through(call: Call) -> Reply:
    """Answer `raw.send` with what the upstream service answers."""
    uri = call.headers.get("x-kloudless-raw-uri", "")
    method = call.headers.get("x-kloudless-raw-method", "GET")
    return call.state.upstream(call.account).send(method, uri, call.body)


def _numbered_events(call: Call, upstream: Upstream, calendar: FakeCalendar) -> Reply:
    """List by the numbers of pages, of whatever there is when each is asked for.

    Each page asks upstream anew, where what was updated moves to the end, and where faults turn
    the order round or tell items twice; here all keep the places at which they were met first.
    """
    items: dict[int, Any] = {}
    places = call.state.places
    token: str | None = ""
    while token is not None:
        parameters = {"pageToken": token} if token else {}
        query = urlencode(_range(call) | parameters)
        found = upstream.ask("GET", f"{_listed(call, calendar)}?{query}")
        for item in found["items"]:
            items[places.setdefault((calendar.id, item["id"]), len(places))] = item
        token = found.get("nextPageToken")
    ordered = [items[place] for place in sorted(items)]
    return numbered_page(call, _unified(call, calendar, ordered), "calendar")


def _listed(call: Call, calendar: FakeCalendar) -> str:
    series = call.query.get("instances")
    return f"{_event(calendar, series)}/instances" if series else _events(calendar)


def _unified(call: Call, calendar: FakeCalendar, items: list[Any]) -> list[Resource]:
    unifier = call.state.unifier(call.account, calendar)
    return [
        unifier.event(item, raw=call.wants_raw)
        for item in items
        # Without pointers, nothing could be told of an occurrence that does not take place.
        if item.get("status") != "cancelled" or call.state.pointers
    ]


def _calendar(call: Call) -> tuple[Upstream, FakeCalendar]:
    upstream = call.state.upstream(call.account)
    return upstream, upstream.calendar(call.names[0])


def _shown(call: Call, entry: Resource) -> Resource:
    name = encode_id("calendar", entry["id"])
    shown: Resource = {
        "id": name,
        "account_id": str(call.account),
        "name": entry["summary"],
        "description": None,
        "location": None,
        "timezone": entry["timeZone"],
        "api": "calendar",
        "type": "calendar",
        "href": href(f"accounts/{call.account}/cal/calendars/{name}"),
    }
    return shown | ({"raw": {"id": entry["id"], "object": entry}} if call.wants_raw else {})


def _answer_event(call: Call, calendar: FakeCalendar, item: Any, status: int = 200) -> Reply:
    if item.get("status") == "cancelled":
        raise not_found("Event")
    unifier = call.state.unifier(call.account, calendar)
    return answer(unifier.event(item, raw=call.wants_raw), status)


def _google_s(sent: Resource, calendar: FakeCalendar) -> Resource:
    """Write an event as Google takes it, or refuse what nobody can read."""
    try:
        return to_google(sent, calendar.book.zone)
    except (ValueError, OverflowError, GoogleRefusal) as error:
        raise invalid("event") from error


def _is_zone(name: str) -> bool:
    try:
        return bool(parse_zone(name))
    except GoogleRefusal:
        return False


def _events(calendar: FakeCalendar) -> str:
    return f"calendars/{quote(calendar.id, safe='')}/events"


def _event(calendar: FakeCalendar, name: str) -> str:
    upstream = upstream_event(name)
    if upstream is None:
        raise not_found("Event")
    return f"{_events(calendar)}/{quote(upstream, safe='')}"


def _range(call: Call) -> dict[str, str]:
    """Turn a range into one that lists occurrences; that it does so is inferred."""
    named = {"start": "timeMin", "end": "timeMax"}
    bounds = {theirs: call.query.get(name) for name, theirs in named.items() if name in call.query}
    expands = bool(bounds) and call.state.expands_ranges
    return bounds | {"singleEvents": "true"} if expands else bounds


def _page_name(token: str | None) -> str | None:
    return None if token is None else base64.urlsafe_b64encode(token.encode()).decode()


def _page_token(name: str) -> str:
    try:
        return base64.urlsafe_b64decode(name).decode()
    except ValueError as error:
        raise invalid("page") from error


def _span(window: Resource) -> Span:
    try:
        start, end = (datetime.fromisoformat(window[name]) for name in ("start", "end"))
        return start.astimezone(UTC), end.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise invalid("time_windows") from error


def _window(span: Span) -> Resource:
    return {name: moment.isoformat() for name, moment in zip(("start", "end"), span, strict=True)}


def _free(calendars: list[FakeCalendar], window: Span) -> list[Span]:
    start, end = window
    taken = sorted(
        (_moment(one.start), _moment(one.end))
        for calendar in calendars
        for one in calendar.occurrences(start, end)
    )
    free: list[Span] = []
    for begins, ends in [*taken, (end, end)]:
        if begins > start:
            free.append((start, min(begins, end)))
        start = max(start, ends)
    return [span for span in free if span[0] < span[1]]


def _moment(moment: Any) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
