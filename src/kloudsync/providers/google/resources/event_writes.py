"""What changes the events of a calendar."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.unset import UNSET
from kloudsync.providers.google.resources.checks import (
    check_event,
    check_new_event,
    check_whole_event,
    expect_within,
    expect_word,
)
from kloudsync.providers.google.resources.request import (
    Parameters,
    call,
    event_path,
    keyed_insert,
    order,
)
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event

SendUpdates: TypeAlias = Literal["all", "externalOnly", "none"]
"""Which guests are mailed: all, those who use another calendar, or none."""

FeatureVersion: TypeAlias = Literal[0, 1]
"""Whether the client knows of a feature (1), so that what it writes of it counts."""


class EventWrites(Resource[C_co]):
    """Creating, changing, moving and deleting events."""

    @endpoint
    @staticmethod
    def insert(
        calendar_id: str,
        event: Event | Body,
        *,
        conference_data_version: FeatureVersion | None = None,
        event_label_version: FeatureVersion | None = None,
        max_attendees: int | None = None,
        send_notifications: bool | None = None,
        send_updates: SendUpdates | None = None,
        supports_attachments: bool | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Create an event.

        An event with an id of the caller's choice, such as `event_id()` makes, is created
        once, however often the call is repeated: where it is there already as sent, it is
        returned. Without an id a lost answer is an error, since a second try could double it.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event: What to create; `start` and `end` are required.
            conference_data_version: 1 where `event` has `conference_data`, unless given.
            event_label_version: 1 where `event` has `event_label_id`, unless given.
            max_attendees: Above this many attendees, only the user's own entry is answered.
            send_notifications: Deprecated; give `send_updates`.
            send_updates: Which guests are mailed.
            supports_attachments: True where `event` has `attachments`, unless given.
            fields: A mask of the members wanted in the answer.

        Raises:
            UsageError: A limit is passed, times contradict, or the id is not possible.
            Conflict: The id is taken by another event.
        """
        event = as_body(codec, Event, event)
        check_new_event(event)
        parameters: Parameters = {
            **_features(event, conference_data_version, event_label_version, supports_attachments),
            **_mailed(send_updates, send_notifications),
            **_answered(fields, max_attendees),
        }
        location = path("calendars", calendar_id, "events")
        if event.id:
            return keyed_insert(
                "events.insert", location, Event, parameters, body=event, key=event.id
            )
        return call("events.insert", "POST", location, Event, parameters, body=event)

    @endpoint
    @staticmethod
    def import_(
        calendar_id: str,
        event: Event | Body,
        *,
        conference_data_version: FeatureVersion | None = None,
        event_label_version: FeatureVersion | None = None,
        supports_attachments: bool | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Add a private copy of an event that lives elsewhere; nobody is invited.

        Importing the same `ical_uid` again updates the copy, so that the call may be repeated.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event: What to import: `ical_uid`, `start` and `end` are required, and only
                events of the default type are possible.
            conference_data_version: 1 where `event` has `conference_data`, unless given.
            event_label_version: 1 where `event` has `event_label_id`, unless given.
            supports_attachments: True where `event` has `attachments`, unless given.
            fields: A mask of the members wanted in the answer.

        Raises:
            UsageError: A limit is passed, times contradict, or there is no `ical_uid`.
        """
        event = as_body(codec, Event, event)
        if not event.ical_uid:
            raise UsageError("an event to import needs ical_uid")
        check_new_event(event)
        parameters: Parameters = {
            **_features(event, conference_data_version, event_label_version, supports_attachments),
            "fields": fields,
        }
        location = path("calendars", calendar_id, "events", "import")
        imported = call("events.import", "POST", location, Event, parameters, body=event)
        return evolve(imported, repeatable=True)

    @endpoint
    @staticmethod
    def patch(
        calendar_id: str,
        event_id: str,
        event: Event | Body,
        *,
        if_match: str | None = None,
        always_include_email: bool | None = None,
        conference_data_version: FeatureVersion | None = None,
        event_label_version: FeatureVersion | None = None,
        max_attendees: int | None = None,
        send_notifications: bool | None = None,
        send_updates: SendUpdates | None = None,
        supports_attachments: bool | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Change what is set in `event`, and nothing else.

        Objects are merged, lists replaced whole, None clears. A list of attendees has to name
        everybody who shall stay. Counts three times against the quota; `get` and `update`
        with `if_match` count twice.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event_id: The event.
            event: The changes.
            if_match: The etag of the version to change; any where None.
            always_include_email: Deprecated, and ignored by the service.
            conference_data_version: 1 where `event` has `conference_data`, unless given.
            event_label_version: 1 where `event` has `event_label_id`, unless given.
            max_attendees: Above this many attendees, only the user's own entry is answered.
            send_notifications: Deprecated; give `send_updates`.
            send_updates: Which guests are mailed.
            supports_attachments: True where `event` has `attachments`, unless given.
            fields: A mask of the members wanted in the answer.

        Raises:
            UsageError: A limit is passed, or times contradict.
            PreconditionFailed: The event has changed since `if_match`.
        """
        event = as_body(codec, Event, event)
        check_event(event)
        parameters: Parameters = {
            **_features(event, conference_data_version, event_label_version, supports_attachments),
            **_mailed(send_updates, send_notifications),
            **_answered(fields, max_attendees, always_include_email),
        }
        location = event_path(calendar_id, event_id)
        return call(
            "events.patch", "PATCH", location, Event, parameters, body=event, if_match=if_match
        )

    @endpoint
    @staticmethod
    def update(
        calendar_id: str,
        event_id: str,
        event: Event | Body,
        *,
        if_match: str | None = None,
        always_include_email: bool | None = None,
        conference_data_version: FeatureVersion | None = None,
        event_label_version: FeatureVersion | None = None,
        max_attendees: int | None = None,
        send_notifications: bool | None = None,
        send_updates: SendUpdates | None = None,
        supports_attachments: bool | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Replace an event; what `event` leaves out is cleared.

        Meant for an event that was read, changed with `attrs.evolve`, and is written back
        with its etag as `if_match`. An occurrence written to its series' id ends the series.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event_id: The event.
            event: The whole event; `start` and `end` are required.
            if_match: The etag of the version to replace; any where None.
            always_include_email: Deprecated, and ignored by the service.
            conference_data_version: 1 where `event` has `conference_data`, unless given.
            event_label_version: 1 where `event` has `event_label_id`, unless given.
            max_attendees: Above this many attendees, only the user's own entry is answered.
            send_notifications: Deprecated; give `send_updates`.
            send_updates: Which guests are mailed.
            supports_attachments: True where `event` has `attachments`, unless given.
            fields: A mask of the members wanted in the answer.

        Raises:
            UsageError: A limit is passed, or times are missing or contradict.
            PreconditionFailed: The event has changed since `if_match`.
        """
        event = as_body(codec, Event, event)
        check_whole_event(event)
        parameters: Parameters = {
            **_features(event, conference_data_version, event_label_version, supports_attachments),
            **_mailed(send_updates, send_notifications),
            **_answered(fields, max_attendees, always_include_email),
        }
        location = event_path(calendar_id, event_id)
        return call(
            "events.update", "PUT", location, Event, parameters, body=event, if_match=if_match
        )

    @endpoint
    @staticmethod
    def move(
        calendar_id: str,
        event_id: str,
        destination: str,
        *,
        send_notifications: bool | None = None,
        send_updates: SendUpdates | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Move an event to another calendar, whose owner becomes its organizer.

        Only events of the default type can be moved. Not repeated by itself.

        Args:
            calendar_id: The calendar that it is in.
            event_id: The event.
            destination: The calendar that it shall be in.
            send_notifications: Deprecated; give `send_updates`.
            send_updates: Which guests are mailed.
            fields: A mask of the members wanted in the answer.
        """
        mailed = _mailed(send_updates, send_notifications)
        parameters: Parameters = {"destination": destination, **mailed, "fields": fields}
        location = event_path(calendar_id, event_id, "move")
        return call("events.move", "POST", location, Event, parameters)

    @endpoint
    @staticmethod
    def quick_add(
        calendar_id: str,
        text: str,
        *,
        send_notifications: bool | None = None,
        send_updates: SendUpdates | None = None,
        fields: str | None = None,
    ) -> Operation[Event]:
        """Create an event from a phrase, as the service understands it. Not repeated by itself.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            text: The phrase, such as `Lunch tomorrow at noon`.
            send_notifications: Deprecated; give `send_updates`.
            send_updates: Which guests are mailed.
            fields: A mask of the members wanted in the answer.
        """
        mailed = _mailed(send_updates, send_notifications)
        parameters: Parameters = {"text": text, **mailed, "fields": fields}
        location = path("calendars", calendar_id, "events", "quickAdd")
        return call("events.quickAdd", "POST", location, Event, parameters)

    @endpoint
    @staticmethod
    def delete(
        calendar_id: str,
        event_id: str,
        *,
        if_match: str | None = None,
        send_notifications: bool | None = None,
        send_updates: SendUpdates | None = None,
    ) -> Operation[None]:
        """Delete an event; of a series, all of it; of an occurrence, only that one.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            event_id: The event.
            if_match: The etag of the version to delete; any where None.
            send_notifications: Deprecated; give `send_updates`.
            send_updates: Which guests are mailed.

        Raises:
            Gone: The event was deleted before.
            NotFound: There is no such event.
            PreconditionFailed: The event has changed since `if_match`.
        """
        mailed = _mailed(send_updates, send_notifications)
        location = event_path(calendar_id, event_id)
        return order("events.delete", "DELETE", location, mailed, if_match=if_match)


def _features(
    event: Event,
    conference_data_version: FeatureVersion | None,
    event_label_version: FeatureVersion | None,
    supports_attachments: bool | None,
) -> Parameters:
    """Ask for the features that the event uses; without, the service ignores what is sent."""
    used = {
        "conferenceDataVersion": 1 if event.conference_data is not UNSET else None,
        "eventLabelVersion": 1 if event.event_label_id is not UNSET else None,
        "supportsAttachments": True if event.attachments is not UNSET else None,
    }
    given = {
        "conferenceDataVersion": expect_word(
            "conference_data_version", conference_data_version, FeatureVersion
        ),
        "eventLabelVersion": expect_word(
            "event_label_version", event_label_version, FeatureVersion
        ),
        "supportsAttachments": supports_attachments,
    }
    return {name: used[name] if value is None else value for name, value in given.items()}


def _mailed(send_updates: SendUpdates | None, send_notifications: bool | None) -> Parameters:
    return {
        "sendNotifications": send_notifications,
        "sendUpdates": expect_word("send_updates", send_updates, SendUpdates),
    }


def _answered(
    fields: str | None, max_attendees: int | None, always_include_email: bool | None = None
) -> Parameters:
    expect_within("max_attendees", max_attendees)
    return {
        "alwaysIncludeEmail": always_include_email,
        "maxAttendees": max_attendees,
        "fields": fields,
    }
