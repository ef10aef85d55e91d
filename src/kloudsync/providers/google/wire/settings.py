"""A user's settings."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.wire.page import CollectionPage


@frozen(kw_only=True, repr=False)
class Setting(JSONObject):
    """One setting of the user, such as `timezone`, `locale` or `weekStart`. Read-only.

    Attributes:
        kind: Always `calendar#setting`.
        etag: The version of the setting.
        id: The setting's name.
        value: Its value as text of at most 1024 characters; the format depends on the name.
    """

    kind: Maybe[str] = UNSET
    etag: Maybe[str] = UNSET
    id: Maybe[str] = UNSET
    value: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class SettingsPage(CollectionPage):
    """A page of settings; the vendor's `Settings`.

    Attributes:
        items: The settings.
    """

    items: Sequence[Setting] = ()
