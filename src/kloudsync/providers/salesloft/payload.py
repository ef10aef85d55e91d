"""Occurrences as Salesloft wants them. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from kloudsync.model.attendee import Attendee as Invited
from kloudsync.model.attendee import Reply
from kloudsync.model.event import Event, Status
from kloudsync.model.occurrence import Occurrence
from kloudsync.providers.salesloft.policy import Detail
from kloudsync.providers.salesloft.wire.codec import codec
from kloudsync.providers.salesloft.wire.event import (
    Attendee,
    AttendeeStatus,
    EventStatus,
    EventUpsert,
    Transparency,
    UpsertKey,
)

_REPLIES = {
    Reply.NEEDS_ACTION: AttendeeStatus.NEEDS_ACTION,
    Reply.ACCEPTED: AttendeeStatus.ACCEPTED,
    Reply.TENTATIVE: AttendeeStatus.TENTATIVE,
    Reply.DECLINED: AttendeeStatus.DECLINED,
}


class Identity(StrEnum):
    """What tells one event at Salesloft from another."""

    ID = "id"
    """The id alone: an event whose UID changes, as after a split, stays the same event."""
    ID_AND_UID = "id and uid"
    """Id and UID, Salesloft's own default: a new UID is a new event, and the old one is
    cancelled."""

    @property
    def upsert_key(self) -> tuple[UpsertKey, ...] | None:
        """What to send as `upsert_key`; None for the service's default."""
        return (UpsertKey.ID,) if self is Identity.ID else None

    def key(self, event_id: str, uid: str) -> str:
        """Return the key under which a ledger keeps an event."""
        return event_id if self is Identity.ID else f"{event_id} {uid}"

    def event_id(self, key: str, uid: str) -> str:
        """Return the id of the event that a ledger keeps under a key."""
        return key if self is Identity.ID else key.removesuffix(f" {uid}")


def uid_of(occurrence: Occurrence) -> str:
    """Return an occurrence's UID; without one, the id of its series or its own.

    Salesloft requires a UID. The id stands in for it: it is as stable, and an event that has
    no UID has no copies elsewhere that one could link.
    """
    record = occurrence.record
    return record.uid or occurrence.series or record.id


def payload(
    occurrence: Occurrence,
    event: Event,
    detail: Detail,
    *,
    calendar_id: str,
    name: str,
    identity: Identity,
) -> dict[str, Any]:
    """Return what is sent for an occurrence under a name, without the stamp that guards it.

    All-day events begin and end at midnights of the calendar's own zone, which is what their
    owner calls a day; Salesloft does not say which midnight it means.
    """
    minimal = EventUpsert(
        calendar_id=calendar_id,
        id=name,
        i_cal_uid=uid_of(occurrence),
        start_time=instant(occurrence.begins),
        end_time=instant(occurrence.ends),
    )
    told = codec.dump(minimal)
    if identity.upsert_key:
        told["upsert_key"] = list(identity.upsert_key)
    told |= {
        "all_day": occurrence.all_day,
        "recurring": occurrence.series is not None,
        "status": (
            EventStatus.TENTATIVE if event.status is Status.TENTATIVE else EventStatus.CONFIRMED
        ).value,
        "transparency": _transparency(occurrence, event).value,
    }
    return told if detail is Detail.MINIMAL else told | _details(event)


def digest(told: Mapping[str, Any]) -> str:
    """Return a digest of a payload; equal payloads have equal digests."""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:32]


def instant(seconds: float) -> datetime:
    """Turn seconds since 1970 into an aware time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _transparency(occurrence: Occurrence, event: Event) -> Transparency:
    free = event.busy is False or bool(occurrence.record.declined)
    return Transparency.TRANSPARENT if free else Transparency.OPAQUE


def _details(event: Event) -> dict[str, Any]:
    # An empty text clears what an earlier version said; leaving a field out would keep it.
    told: dict[str, Any] = {
        "title": event.title or "",
        "description": event.description or "",
        "location": event.location or "",
    }
    if event.organizer and event.organizer.email:
        told["organizer"] = event.organizer.email
    if event.attendees is not None:
        people = (_attendee(one) for one in event.attendees if one.email and not one.resource)
        told["attendees"] = [codec.dump(one) for one in people]
    return told


def _attendee(invited: Invited) -> Attendee:
    reply = invited.reply
    known = _REPLIES.get(reply) if isinstance(reply, Reply) else None
    return Attendee(
        name=invited.name or "",
        email=invited.email,
        status=known or AttendeeStatus.NEEDS_ACTION,
        organizer=invited.organizer,
    )
