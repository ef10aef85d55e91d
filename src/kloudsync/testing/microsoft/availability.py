"""Who is free when: `getSchedule` and `findMeetingTimes`."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, cast

import attrs

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.accounts import READ
from kloudsync.testing.microsoft.call import Call, answer
from kloudsync.testing.microsoft.intake import address_of
from kloudsync.testing.microsoft.items import Occurrence
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.refusals import (
    Refusal,
    access_denied,
    invalid_parameter,
    invalid_property,
    invalid_request,
)
from kloudsync.testing.microsoft.rendering import Form
from kloudsync.testing.microsoft.shapes import Shape
from kloudsync.testing.microsoft.times import read_field, write_field

LONGEST: Final = timedelta(days=62)
MOST: Final = 20
"""How many schedules are told at once (inferred)."""
_TIME: Final[Shape] = {"dateTime": shapes.TEXT, "timeZone": shapes.TEXT}
SCHEDULE: Final[Shape] = {
    "schedules": [shapes.TEXT],
    **dict.fromkeys(("startTime", "endTime"), _TIME),
    "availabilityViewInterval": shapes.NUMBER,
}
MEETING: Final[Shape] = {
    "attendees": [shapes.ATTENDEE],
    "isOrganizerOptional": shapes.FLAG,
    "locationConstraint": {
        **dict.fromkeys(("isRequired", "suggestLocation"), shapes.FLAG),
        "locations": [shapes.LOCATION],
    },
    "maxCandidates": shapes.NUMBER,
    "meetingDuration": shapes.TEXT,
    "minimumAttendeePercentage": shapes.ANY,
    "returnSuggestionReasons": shapes.FLAG,
    "timeConstraint": {
        "activityDomain": shapes.ACTIVITY_DOMAIN,
        "timeSlots": [{"start": _TIME, "end": _TIME}],
    },
}
_DIGITS: Final = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}
_STEP: Final = timedelta(minutes=30)
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def get_schedule(call: Call) -> Reply:
    """Answer `getSchedule`; addresses that nobody has get an error of their own."""
    call.identity.demand(READ)
    _work_only(call)
    names: list[str] = call.body.get("schedules") or []
    begin, _ = cast("tuple[datetime, str]", read_field(call.body.get("startTime"), all_day=False))
    end, _ = cast("tuple[datetime, str]", read_field(call.body.get("endTime"), all_day=False))
    minutes = call.body.get("availabilityViewInterval") or 30
    if not names or len(names) > MOST:
        raise invalid_parameter("schedules", ", ".join(names))
    if not 5 <= minutes <= 1440 or end <= begin:
        raise invalid_parameter("availabilityViewInterval", str(minutes))
    if end - begin > LONGEST:
        message = "The requested time duration specified for FreeBusyViewOptions.TimeWindow is not within the allowed limits."
        raise Refusal(400, "ErrorInvalidTimeInterval", message)
    asked = _Asked(begin, end, timedelta(minutes=minutes), call.form())
    rows = [asked.schedule(name, call.tenant.find(name)) for name in names]
    context = f"{call.root}/$metadata#Collection(microsoft.graph.scheduleInformation)"
    return answer({"@odata.context": context, "value": rows}, headers=call.applied())


@attrs.frozen
class _Asked:
    """A question about schedules.

    Attributes:
        begin: The beginning of the window.
        end: Its end.
        step: How long each digit of the view stands for.
        form: How times are written.
    """

    begin: datetime
    end: datetime
    step: timedelta
    form: Form

    def schedule(self, name: str, mailbox: Mailbox | None) -> Resource:
        """Write what is known of one address."""
        if mailbox is None:
            failed = {
                "message": "Unable to resolve e-mail address to an Active Directory object.",
                "responseCode": "ErrorMailRecipientNotFound",
            }
            return {"scheduleId": name, "error": failed}
        standing = busy_times(mailbox, self.begin, self.end)
        return {
            "scheduleId": name,
            "availabilityView": "".join(self._digit(at, standing) for at in self._steps()),
            "scheduleItems": [self._item(one) for one in standing],
            "workingHours": mailbox.settings["workingHours"],
        }

    def _steps(self) -> Iterator[datetime]:
        at = self.begin
        while at < self.end:
            yield at
            at += self.step

    def _digit(self, at: datetime, standing: list[Occurrence]) -> str:
        until = min(at + self.step, self.end)
        shown = (one.fields["showAs"] for one in standing if one.touches(at, until))
        return max((_DIGITS[each] for each in shown if each in _DIGITS), default="0")

    def _item(self, one: Occurrence) -> Resource:
        private = one.fields["sensitivity"] in {"private", "confidential"}
        item: Resource = {
            "isPrivate": private,
            "status": one.fields["showAs"],
            "start": write_field(one.begins, self.form.zone, self.form.zone_name),
            "end": write_field(one.ends, self.form.zone, self.form.zone_name),
        }
        if not private:
            item |= {"subject": one.fields["subject"]}
            item |= {"location": one.fields["location"]["displayName"]}
        return item


def busy_times(mailbox: Mailbox, begin: datetime, end: datetime) -> list[Occurrence]:
    """List what the default calendar shows others of a window; cancelled meetings are not busy."""
    standing = mailbox.default.occurrences(begin, end)
    return [one for one in standing if not one.fields["isCancelled"]]


def find_meeting_times(call: Call) -> Reply:
    """Answer `findMeetingTimes`: half hours in which enough of the people are free."""
    call.identity.demand((*READ, "calendars.read.shared"))
    if not call.identity.address:
        raise access_denied()  # Applications that act for themselves can't ask.
    _work_only(call)
    wanted = _Meeting.read(call)
    found = [slot for window in wanted.windows for slot in wanted.slots(*window)]
    suggestions = [
        {
            "confidence": share,
            "order": order,
            "organizerAvailability": organizer,
            "suggestionReason": "Suggested because it is one of the nearest times when all attendees are available.",
            "meetingTimeSlot": {
                "start": write_field(start, wanted.form.zone, wanted.form.zone_name),
                "end": write_field(end, wanted.form.zone, wanted.form.zone_name),
            },
            "attendeeAvailability": guests,
            "locations": [],
        }
        for order, (share, start, end, organizer, guests) in enumerate(found[: wanted.most], 1)
    ]
    return answer(
        {
            "@odata.context": f"{call.root}/$metadata#microsoft.graph.meetingTimeSuggestionsResult",
            "emptySuggestionsReason": "" if suggestions else "AttendeesUnavailable",
            "meetingTimeSuggestions": suggestions,
        }
    )


_Slot = tuple[float, datetime, datetime, str, list[Resource]]


@attrs.frozen(kw_only=True)
class _Meeting:
    """A meeting that looks for its time.

    Attributes:
        form: How times are written.
        windows: When it may be.
        length: How long it takes.
        most: How many suggestions are wanted.
        least: The share of people who have to be free, in per cent.
        organizer: Who invites; None where they may be missing.
        guests: The others' addresses and their mailboxes, where they are known.
    """

    form: Form
    windows: list[tuple[datetime, datetime]]
    length: timedelta
    most: int
    least: float
    organizer: Mailbox | None
    guests: list[tuple[Resource, Mailbox | None]]

    @classmethod
    def read(cls, call: Call) -> "_Meeting":
        """Read the body of a request."""
        body = call.body
        constraint = cast("Resource", body.get("timeConstraint") or {})
        slots: list[Resource] = constraint.get("timeSlots") or []
        if not slots:
            now = call.tenant.clock.now()
            windows = [(now, now + timedelta(days=7))]
        else:
            windows = [(_instant(slot, "start"), _instant(slot, "end")) for slot in slots]
        guests = [
            (guest, call.tenant.find(address_of(guest))) for guest in body.get("attendees") or ()
        ]
        return cls(
            form=call.form(),
            windows=windows,
            length=_length(body.get("meetingDuration") or "PT30M"),
            most=body.get("maxCandidates") or 20,
            least=float(body.get("minimumAttendeePercentage") or 50),
            organizer=None if body.get("isOrganizerOptional") else call.mailbox,
            guests=guests,
        )

    def slots(self, begin: datetime, end: datetime) -> Iterator[_Slot]:
        """Yield the slots of a window in which enough people are free."""
        minutes = begin.minute % 30
        at = begin + timedelta(minutes=30 - minutes) if minutes else begin
        while at + self.length <= end:
            slot = self._slot(at, at + self.length)
            if slot is not None:
                yield slot
            at += _STEP

    def _slot(self, start: datetime, end: datetime) -> _Slot | None:
        organizer = _availability(self.organizer, start, end) if self.organizer else "free"
        guests: list[Resource] = [
            {"attendee": guest, "availability": _availability(mailbox, start, end)}
            for guest, mailbox in self.guests
        ]
        free = sum(guest["availability"] in {"free", "unknown"} for guest in guests)
        share = 100 * (free + 1) / (len(guests) + 1)
        if organizer != "free" or share < self.least:
            return None
        return share, start, end, organizer, guests


def _availability(mailbox: Mailbox | None, begin: datetime, end: datetime) -> str:
    if mailbox is None:
        return "unknown"
    shown = [one.fields["showAs"] for one in busy_times(mailbox, begin, end)]
    return max(shown, key=lambda each: _DIGITS.get(each, ""), default="free")


def _instant(slot: Resource, name: str) -> datetime:
    moment, _ = read_field(slot.get(name), all_day=False)
    return cast("datetime", moment)


def _length(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise invalid_property()
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not length:
        raise invalid_request("A meeting takes some time.")
    return length


def _work_only(call: Call) -> None:
    if call.mailbox.is_personal:
        raise access_denied()
