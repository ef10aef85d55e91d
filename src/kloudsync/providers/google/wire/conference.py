"""Conferences that meet in an event. Sent only with `conferenceDataVersion=1`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from attrs import field, frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


class ConferenceSolutionType(StrEnum):
    """Where a conference is held."""

    EVENT_HANGOUT = "eventHangout"
    """Consumer Hangouts; may be read, no longer created."""
    EVENT_NAMED_HANGOUT = "eventNamedHangout"
    """Workspace Hangouts; may be read, no longer created."""
    HANGOUTS_MEET = "hangoutsMeet"
    ADD_ON = "addOn"
    """A third party's."""


class ConferenceStatus(StrEnum):
    """How far the creation of a conference has come."""

    PENDING = "pending"
    """Still being created; read the event again later."""
    SUCCESS = "success"
    FAILURE = "failure"


class EntryPointType(StrEnum):
    """A way into a conference."""

    VIDEO = "video"
    """At most one per conference."""
    PHONE = "phone"
    SIP = "sip"
    """At most one per conference."""
    MORE = "more"
    """Further instructions, such as more numbers; at most one per conference."""


def _without_query(uri: object) -> str:
    """Show an address up to what is added to it, where conferences put passwords and codes."""
    return repr(re.split("[?#;,]", uri, maxsplit=1)[0] if isinstance(uri, str) else uri)


@frozen(kw_only=True, repr=False)
class ConferenceParametersAddOnParameters(JSONObject):
    """Parameters that an add-on of the calendar defines.

    Attributes:
        parameters: The add-on's own names and values.
    """

    parameters: Maybe[Mapping[str, str] | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConferenceParameters(JSONObject):
    """Further properties of a conference.

    Attributes:
        add_on_parameters: What an add-on needs.
    """

    add_on_parameters: Maybe[ConferenceParametersAddOnParameters | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConferenceProperties(JSONObject):
    """Which conferences a calendar allows.

    Attributes:
        allowed_conference_solution_types: The solutions on offer.
    """

    allowed_conference_solution_types: Maybe[Sequence[ConferenceSolutionType | str] | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConferenceRequestStatus(JSONObject):
    """How far a request for a conference has come. Read-only.

    Attributes:
        status_code: Pending, success or failure.
    """

    status_code: Maybe[ConferenceStatus | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConferenceSolutionKey(JSONObject):
    """Names a conference solution.

    Attributes:
        type: The solution; of one that is not known, show the entry points and change nothing.
    """

    type: Maybe[ConferenceSolutionType | str | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConferenceSolution(JSONObject):
    """A conference solution, such as Meet.

    Attributes:
        key: Names it.
        name: What users call it; not translated.
        icon_uri: Its icon.
    """

    key: Maybe[ConferenceSolutionKey | None] = UNSET
    name: Maybe[str | None] = UNSET
    icon_uri: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class CreateConferenceRequest(JSONObject):
    """A wish for a new conference, which the service fulfils in its own time.

    Attributes:
        request_id: The caller's id of the wish, new for each; a repeated one is ignored.
        conference_solution_key: What to create.
        status: How far it has come. Read-only.
    """

    request_id: Maybe[str | None] = UNSET
    conference_solution_key: Maybe[ConferenceSolutionKey | None] = UNSET
    status: Maybe[ConferenceRequestStatus | None] = UNSET


@frozen(kw_only=True, repr=False)
class EntryPoint(JSONObject):
    """One way into a conference. The repr hides its codes, and what is added to its address.

    Show, and send, only those of the codes that the conference's provider speaks of.

    Attributes:
        entry_point_type: Video, phone, SIP, or further instructions.
        uri: Where to go: `https:`, `tel:` or `sip:`. At most 1300 characters.
        label: The same for people, not translated. At most 512 characters.
        pin: A PIN. At most 128 characters, as all codes.
        access_code: An access code.
        meeting_code: A meeting code.
        passcode: A passcode.
        password: A password.
        region_code: The country of a phone number (ISO 3166), such as `SE`. Read-only.
        entry_point_features: Features such as `toll` or `toll_free`, never both.
    """

    entry_point_type: Maybe[EntryPointType | str | None] = UNSET
    uri: Maybe[str | None] = field(default=UNSET, repr=_without_query)
    label: Maybe[str | None] = UNSET
    pin: Maybe[str | None] = field(default=UNSET, repr=False)
    access_code: Maybe[str | None] = field(default=UNSET, repr=False)
    meeting_code: Maybe[str | None] = field(default=UNSET, repr=False)
    passcode: Maybe[str | None] = field(default=UNSET, repr=False)
    password: Maybe[str | None] = field(default=UNSET, repr=False)
    region_code: Maybe[str | None] = UNSET
    entry_point_features: Maybe[Sequence[str] | None] = UNSET


@frozen(kw_only=True, repr=False)
class ConferenceData(JSONObject):
    """The conference of an event. The repr hides its seal, notes and parameters.

    Written with either a `create_request`, or a solution and an entry point. Copied
    to another event it may expose one meeting's access to the guests of the other:
    ask for a new conference instead.

    Attributes:
        conference_id: The provider's id of the conference, not for people; of Meet, its code.
        conference_solution: Where it is held; absent where the creation failed.
        create_request: A wish for a new conference, or the state of one.
        entry_points: Ways into it.
        notes: Instructions for people, possibly HTML. At most 2048 characters.
        parameters: Further properties.
        signature: The service's seal; absent while pending and where the creation failed.
    """

    conference_id: Maybe[str | None] = UNSET
    conference_solution: Maybe[ConferenceSolution | None] = UNSET
    create_request: Maybe[CreateConferenceRequest | None] = UNSET
    entry_points: Maybe[Sequence[EntryPoint] | None] = UNSET
    notes: Maybe[str | None] = field(default=UNSET, repr=False)
    parameters: Maybe[ConferenceParameters | None] = field(default=UNSET, repr=False)
    signature: Maybe[str | None] = field(default=UNSET, repr=False)
