"""What is said along with an answer, a cancellation or a copy of an event; and ids."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.page import CollectionPage
from kloudsync.providers.microsoft.wire.people import Recipient
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone, TimeSlot


class ExchangeIdFormat(StrEnum):
    """A form of ids."""

    ENTRY_ID = "entryId"
    EWS_ID = "ewsId"
    IMMUTABLE_ENTRY_ID = "immutableEntryId"
    REST_ID = "restId"
    """The default: changes when an event moves to another calendar."""
    REST_IMMUTABLE_ENTRY_ID = "restImmutableEntryId"
    """What this library asks for."""


@frozen(kw_only=True, repr=False)
class Answer(JSONObject):
    """An answer to an invitation.

    Attributes:
        comment: What is said.
        send_response: Whether the organizer is told; absent means so.
        proposed_new_time: A better time.
    """

    comment: Maybe[str] = UNSET
    send_response: Maybe[bool] = UNSET
    proposed_new_time: Maybe[TimeSlot] = UNSET


@frozen(kw_only=True, repr=False)
class Comment(JSONObject):
    """What is said with a cancellation.

    Attributes:
        comment: The text.
    """

    comment: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class Forwarding(JSONObject):
    """Who an event is shown to.

    Attributes:
        to_recipients: Who. Required.
        comment: What is said.
    """

    to_recipients: Maybe[Sequence[Recipient]] = UNSET
    comment: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class Snooze(JSONObject):
    """Until when a reminder sleeps.

    Attributes:
        new_reminder_time: When it comes again. Required.
    """

    new_reminder_time: Maybe[DateTimeTimeZone] = UNSET


@frozen(kw_only=True, repr=False)
class IdTranslation(JSONObject):
    """The wish for other forms of ids.

    Attributes:
        input_ids: The ids, at most 1,000. Required.
        source_id_type: The form that they have. Required.
        target_id_type: The form that is wanted. Required.
    """

    input_ids: Maybe[Sequence[str]] = UNSET
    source_id_type: Maybe[ExchangeIdFormat | str] = UNSET
    target_id_type: Maybe[ExchangeIdFormat | str] = UNSET


@frozen(kw_only=True, repr=False)
class GenericError(JSONObject):
    """Why an id has no other form.

    Attributes:
        code: The reason.
        message: What happened.
    """

    code: Maybe[str | None] = UNSET
    message: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConvertedId(JSONObject):
    """An id in two forms.

    Attributes:
        source_id: The id that was given.
        target_id: The id in the form that was wanted.
        error_details: Why there is none.
    """

    source_id: Maybe[str | None] = UNSET
    target_id: Maybe[str | None] = UNSET
    error_details: Maybe[GenericError | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConvertedIdsPage(CollectionPage):
    """Ids in two forms.

    Attributes:
        items: One for each that was given.
    """

    items: Sequence[ConvertedId] = field(default=(), metadata={WIRE_NAME: "value"})


@frozen(kw_only=True, repr=False)
class User(JSONObject):
    """Whose mailbox it is.

    Attributes:
        id: The id in the directory. Read-only.
        user_principal_name: The name to sign in with.
        mail: The address.
        display_name: The name.
    """

    id: Maybe[str] = UNSET
    user_principal_name: Maybe[str | None] = UNSET
    mail: Maybe[str | None] = UNSET
    display_name: Maybe[str | None] = UNSET
