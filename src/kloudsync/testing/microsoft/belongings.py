"""What belongs to an event: attachments, and open extensions."""

from collections.abc import Mapping
from typing import Final

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import editing, shapes
from kloudsync.testing.microsoft.call import NO_CONTENT, Call, answer
from kloudsync.testing.microsoft.events import found
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.queries import answer_list
from kloudsync.testing.microsoft.refusals import Refusal, invalid_request, not_found
from kloudsync.testing.microsoft.shapes import Shape

ATTACHMENT: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("id", "name", "contentType"), shapes.TEXT),
    "lastModifiedDateTime": shapes.TEXT,
    "size": shapes.NUMBER,
    "isInline": shapes.FLAG,
}
FILE: Final[Shape] = {**ATTACHMENT, "contentBytes": shapes.TEXT}
EXTENSION: Final[Shape] = {"id": shapes.TEXT, "extensionName": shapes.TEXT}
LARGEST: Final = 3 * 1024 * 1024
"""How many bytes fit into one request."""


def list_attachments(call: Call) -> Reply:
    """Answer `attachments.list`."""
    _, item, _ = found(call)
    return answer_list(call, item.attachments, dict, context="Collection(attachment)")


def get_attachment(call: Call) -> Reply:
    """Answer `attachments.get`; contents are not kept."""
    _, item, _ = found(call)
    return answer(_attachment(item, call.names[1]))


def create_attachment(call: Call) -> Reply:
    """Answer `attachments.create`."""
    call.writable()
    book, item, _ = found(call)
    if not call.body.get("name") or "@odata.type" not in call.body:
        raise invalid_request("An attachment has a type and a name.")
    if len(call.body.get("contentBytes") or "") * 3 // 4 > LARGEST:
        raise Refusal(413, "ErrorMessageSizeExceeded", "The attachment is larger than 3 MB.")
    return answer(editing.attach(book, item, call.body), 201)


def delete_attachment(call: Call) -> Reply:
    """Answer `attachments.delete`."""
    call.writable()
    book, item, _ = found(call)
    item.attachments.remove(_attachment(item, call.names[1]))
    editing.mark(book, item, None, {})
    return NO_CONTENT


def list_extensions(call: Call) -> Reply:
    """Answer `extensions.list`."""
    _, item, _ = found(call)
    extensions = list(item.extensions.values())
    return answer_list(call, extensions, dict, context="Collection(extension)")


def get_extension(call: Call) -> Reply:
    """Answer `extensions.get`."""
    _, item, _ = found(call)
    return answer(_extension(item, call.names[1]))


def create_extension(call: Call) -> Reply:
    """Answer `extensions.create`."""
    call.writable()
    book, item, _ = found(call)
    name = call.body.get("extensionName")
    if not name:
        raise invalid_request("An extension has a name.")
    item.extensions[name] = {
        "@odata.type": "#microsoft.graph.openTypeExtension",
        "id": f"Microsoft.OutlookServices.OpenTypeExtension.{name}",
        **call.body,
    }
    editing.mark(book, item, None, {})
    return answer(item.extensions[name], 201)


def update_extension(call: Call) -> Reply:
    """Answer `extensions.update`."""
    call.writable()
    book, item, _ = found(call)
    extension = _extension(item, call.names[1])
    extension.update(call.body)
    editing.mark(book, item, None, {})
    return answer(extension)


def delete_extension(call: Call) -> Reply:
    """Answer `extensions.delete`."""
    call.writable()
    book, item, _ = found(call)
    extension = _extension(item, call.names[1])
    del item.extensions[extension["extensionName"]]
    editing.mark(book, item, None, {})
    return NO_CONTENT


def _attachment(item: Item, name: str) -> Resource:
    for attached in item.attachments:
        if attached["id"] == name:
            return attached
    raise not_found()


def _extension(item: Item, name: str) -> Resource:
    for extension in item.extensions.values():
        if name in {extension["id"], extension["extensionName"]}:
            return extension
    raise not_found()
