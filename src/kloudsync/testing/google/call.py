"""A request to the fake, read and authorised."""

from collections.abc import Mapping
from datetime import datetime

import attrs

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Query, Reply, Resource
from kloudsync.testing.faults import Fault
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.refusals import JSON, precondition_failed, refuse_invalid
from kloudsync.testing.google.state import State

_IGNORED = frozenset(
    ("pageToken", "syncToken", "maxResults", "alt", "fields", "prettyPrint", "quotaUser", "userIp",
     "key", "access_token", "oauth_token")
)  # fmt: skip
_READING = frozenset(("get", "list", "instances"))


@attrs.frozen(kw_only=True)
class Call:
    """One request, addressed to one method of the API.

    Attributes:
        state: What the service holds.
        operation: Google's name of the method.
        account: The address of the account that asks.
        names: The variable parts of the path, decoded.
        query: The query parameters.
        headers: The headers, names in lower case.
        body: The JSON object that was sent; empty if none was.
        fault: The fault that strikes the request while it is performed.
    """

    state: State
    operation: str
    account: str
    names: tuple[str, ...]
    query: Query
    headers: Mapping[str, str]
    body: Resource
    fault: Fault | None = None

    def integer(self, name: str, default: int, most: int) -> int:
        """Read a positive number; more than the API's limit counts as the limit."""
        text = self.query.get(name, str(default))
        if not text.isdecimal() or not 1 <= len(text) <= 18 or int(text) < 1:
            raise refuse_invalid(f"Invalid value for: {name}", name)
        return min(int(text), most)

    def instant(self, name: str) -> datetime | None:
        """Read an RFC 3339 instant; fractions of a second are ignored, as Google does."""
        if name not in self.query:
            return None
        try:
            moment = datetime.fromisoformat(self.query.get(name))
        except ValueError as error:
            raise refuse_invalid("Bad Request", name) from error
        if moment.tzinfo is None:
            raise refuse_invalid("Bad Request", name)
        return moment.replace(microsecond=0)

    def readable(self, calendar: str | None = None) -> FakeCalendar:
        """Find the calendar that the request names, or another one, if its account may see it."""
        return self.state.readable(self.account, self.names[0] if calendar is None else calendar)

    def writable(self, calendar: str | None = None) -> FakeCalendar:
        """Find the calendar that the request names, or another one, if its account may write."""
        return self.state.writable(self.account, self.names[0] if calendar is None else calendar)

    def owned(self) -> FakeCalendar:
        """Find the calendar that the request names, if its account may manage it."""
        return self.state.owned(self.account, self.names[0])

    def check_version(self, etag: str) -> None:
        """Refuse a write on a version that is no longer the current one."""
        if self.headers.get("if-match") not in {None, "*", etag}:
            raise precondition_failed()

    def scope(self, *also_ignored: str) -> str:
        """Write down which question this is, apart from where in the answer it continues."""
        left_out = _IGNORED.union(also_ignored)
        pairs = sorted(
            (name, value)
            for name, value in self.query.pairs
            if name not in left_out and value != "false"
        )
        return f"{self.account} {self.operation} {self.names} {pairs}"


def answer(resource: Resource, status: int = 200) -> Reply:
    """Answer with a JSON object; its etag goes into the header too."""
    tag = {"ETag": resource["etag"]} if "etag" in resource else {}
    return Reply(status, JSON | tag, encode(resource))


def unless_known(call: Call, reply: Reply) -> Reply:
    """Answer what the caller has already, by its etag, with 304 (RFC 9110, section 13.1.2)."""
    known = {
        tag.strip().removeprefix("W/") for tag in call.headers.get("if-none-match", "").split(",")
    }
    tag = reply.headers.get("ETag")
    reads = call.operation.rpartition(".")[2] in _READING
    if not reads or reply.status != 200 or tag is None or known.isdisjoint((tag, "*")):
        return reply
    return Reply(304, {"ETag": tag}, b"")


EMPTY = Reply(204, {}, b"")
