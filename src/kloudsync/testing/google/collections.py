"""Collections that are listed in pages and followed by sync token, other than events."""

from collections.abc import Iterable, Sequence

import attrs

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google.call import Call
from kloudsync.testing.google.refusals import JSON, restricted_sync_token
from kloudsync.testing.google.tokens import read_sync_token, write_sync_token
from kloudsync.testing.paging import Walk, page_token

LARGEST_PAGE = 250


@attrs.frozen(kw_only=True)
class Member:
    """One member of a collection.

    Attributes:
        changed: The stamp of its last change.
        resource: As it is listed.
        shown: Whether a list that follows no token holds it.
    """

    changed: int
    resource: Resource
    shown: bool = True


def list_collection(
    call: Call, kind: str, members: Iterable[Member], *, filters: Sequence[str] = ()
) -> Reply:
    """Answer a list: all of it, a delta, or a further page of either.

    Args:
        call: The request.
        kind: What the collection is, such as `calendar#acl`.
        members: The collection as it is now, in order of change.
        filters: Parameters that only choose among the members. A token is good without
            them, and none may stand beside it that would hide what has changed.
    """
    synced = f"{call.scope(*filters)} {call.state.token_epoch}"
    mark = None
    if "syncToken" in call.query:
        _check_delta(call, filters)
        mark = read_sync_token(call.query.get("syncToken"), synced)
    walk, start = _walk(call, members, mark)
    items, after = walk.page(start, call.integer("maxResults", 100, LARGEST_PAGE))
    head: Resource = {"kind": kind, "etag": f'"p{walk.mark:x}o0o"'}
    if after is not None:
        head["nextPageToken"] = page_token(walk, after)
    else:
        head["nextSyncToken"] = write_sync_token(walk.mark, synced)
    body = encode(head)[:-1] + b',"items":[' + b",".join(items) + b"]}"
    return Reply(200, JSON | {"ETag": head["etag"]}, body)


def _check_delta(call: Call, filters: Sequence[str]) -> None:
    for name in filters:
        if name in call.query and not (name.startswith("show") and call.query.flag(name)):
            raise restricted_sync_token()
    if "showOwnOrganizationOnly" in call.query:
        raise restricted_sync_token()


def _walk(call: Call, members: Iterable[Member], mark: int | None) -> tuple[Walk, int]:
    scope = call.scope()
    if "pageToken" in call.query:
        return call.state.walks.find(call.query.get("pageToken"), scope)
    held = list(members)
    chosen = (one for one in held if (one.shown if mark is None else one.changed > mark))
    items = [encode(one.resource) for one in chosen]
    latest = max((one.changed for one in held), default=0)
    return call.state.walks.start(Walk(scope=scope, items=items, mark=latest)), 0
