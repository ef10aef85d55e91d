"""How to join an event online."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


class OnlineMeetingProviderType(StrEnum):
    """Who provides an online meeting."""

    UNKNOWN = "unknown"
    SKYPE_FOR_BUSINESS = "skypeForBusiness"
    SKYPE_FOR_CONSUMER = "skypeForConsumer"
    TEAMS_FOR_BUSINESS = "teamsForBusiness"


class PhoneType(StrEnum):
    """What a number belongs to."""

    HOME = "home"
    BUSINESS = "business"
    MOBILE = "mobile"
    OTHER = "other"
    ASSISTANT = "assistant"
    HOME_FAX = "homeFax"
    BUSINESS_FAX = "businessFax"
    OTHER_FAX = "otherFax"
    PAGER = "pager"
    RADIO = "radio"


@frozen(kw_only=True, repr=False)
class Phone(JSONObject):
    """A telephone number.

    Attributes:
        number: The number.
        type: What it belongs to.
        language: The language spoken there.
        region: Where it is.
    """

    number: Maybe[str | None] = UNSET
    type: Maybe[PhoneType | str | None] = UNSET
    language: Maybe[str | None] = UNSET
    region: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class OnlineMeetingInfo(JSONObject):
    """How to join.

    Attributes:
        join_url: The page to join by; may come a little later than the event.
        conference_id: The id to dial with.
        toll_number: The number to dial.
        toll_free_numbers: Numbers to dial for free.
        quick_dial: A number that dials the id as well.
        phones: All numbers.
    """

    join_url: Maybe[str | None] = UNSET
    conference_id: Maybe[str | None] = UNSET
    toll_number: Maybe[str | None] = UNSET
    toll_free_numbers: Maybe[Sequence[str] | None] = UNSET
    quick_dial: Maybe[str | None] = UNSET
    phones: Maybe[Sequence[Phone] | None] = UNSET
