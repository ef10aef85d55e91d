"""What is known of an attachment beside its contents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.microsoft.wire.page import CollectionPage


@frozen(kw_only=True, repr=False)
class Attachment(JSONObject):
    """A file, an item or a link that hangs on an event.

    Attributes:
        odata_type: Which of them: `#microsoft.graph.fileAttachment`, `itemAttachment` or
            `referenceAttachment`.
        id: Its id.
        name: Its name.
        content_type: Its media type.
        size: Its size in bytes.
        is_inline: Whether the body shows it.
        last_modified_date_time: When it last changed.
    """

    odata_type: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.type"})
    id: Maybe[str] = UNSET
    name: Maybe[str | None] = UNSET
    content_type: Maybe[str | None] = UNSET
    size: Maybe[int] = UNSET
    is_inline: Maybe[bool] = UNSET
    last_modified_date_time: Maybe[datetime | None] = UNSET


@frozen(kw_only=True, repr=False)
class AttachmentsPage(CollectionPage):
    """A page of attachments.

    Attributes:
        items: The attachments.
    """

    items: Sequence[Attachment] = field(default=(), metadata={WIRE_NAME: "value"})
