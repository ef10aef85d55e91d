"""A request to the fake, read and authorised."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urlencode

import attrs

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Query, Reply, Resource
from kloudsync.testing.faults import Fault
from kloudsync.testing.microsoft.accounts import READ, WRITE, Identity
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.refusals import JSON, Refusal, access_denied, invalid_parameter
from kloudsync.testing.microsoft.rendering import Form
from kloudsync.testing.microsoft.state import State
from kloudsync.testing.microsoft.sync_states import SyncStates
from kloudsync.testing.microsoft.tenant import Tenant
from kloudsync.testing.microsoft.times import zone_named

_ARGUMENT = re.compile(r"\b(\w+)='((?:[^']|'')*)'")
_PREFERENCE = re.compile(r'\s*([A-Za-z.\-]+)\s*(?:=\s*(?:"([^"]*)"|([^,;\s]*)))?')


@attrs.frozen(kw_only=True)
class Place:
    """Which calendar a path names.

    Attributes:
        prefix: The path up to and with the calendar, without slash at its ends.
        mailbox: The mailbox of the path.
        name: The calendar's id in the path; empty where the path names none.
        is_whole: Whether the path stands for the mailbox, and ids of all its calendars are good.
    """

    prefix: str
    mailbox: Mailbox
    name: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the path names no calendar, so that ids of all of them are good."""
        return not self.name


@attrs.frozen(kw_only=True)
class Call:
    """One request, addressed to one method of the API.

    Attributes:
        state: What the service holds.
        identity: Who asks.
        place: Which mailbox and calendar the path names.
        operation: The name of the method, such as `events.list`.
        names: The variable parts of the path behind the place, decoded.
        query: The query parameters.
        headers: The headers, names in lower case.
        body: The JSON object that was sent; empty if none was.
        root: The address of the service with its version, such as
            `https://graph.microsoft.com/v1.0`.
        path: The path below the root, as it was sent.
        fault: The fault that strikes the request while it is performed.
    """

    state: State
    identity: Identity
    place: Place
    operation: str
    names: tuple[str, ...]
    query: Query
    headers: Mapping[str, str]
    body: Resource
    root: str
    path: str
    fault: Fault | None = None

    @property
    def tenant(self) -> Tenant:
        """The organisation that is asked."""
        return self.state.tenant

    @property
    def states(self) -> SyncStates:
        """What deltas continue from."""
        return self.state.states

    @property
    def mailbox(self) -> Mailbox:
        """The mailbox that the path names."""
        return self.place.mailbox

    @property
    def is_beta(self) -> bool:
        """Whether the beta version is asked."""
        return self.root.endswith("/beta")

    def readable(self) -> FakeCalendar:
        """Find the calendar that the path names, if whoever asks may read it."""
        return self._allowed(READ, ("read", "limitedRead", "write"))

    def writable(self) -> FakeCalendar:
        """Find the calendar that the path names, if whoever asks may write to it."""
        return self._allowed(WRITE, ("write",))

    def _allowed(self, permissions: tuple[str, ...], roles: tuple[str, ...]) -> FakeCalendar:
        self.identity.demand(permissions)
        calendar = self.mailbox.calendar(self.place.name)
        who = self.identity.address.lower()
        owner = str(calendar.owner["emailAddress"]["address"]).lower()
        if who and who != owner:
            role = calendar.roles.get(who, "none")
            if not any(role.startswith(each) for each in (*roles, "delegate")):
                raise access_denied()
        return calendar

    def prefers(self, name: str) -> str | None:
        """Read a preference; None if it was not sent, empty if it has no value."""
        return preferences(self.headers.get("prefer", "")).get(name.lower())

    def form(self) -> Form:
        """Read how the answer is wanted, or refuse a zone that nobody knows."""
        name = self.prefers("outlook.timezone") or "UTC"
        zone = zone_named(name)
        if zone is None:
            message = f"The following TimeZone value is not supported: '{name}'."
            raise Refusal(400, "TimeZoneNotSupportedException", message)
        return Form(
            zone_name=name,
            zone=zone,
            lasting=(self.prefers("idtype") or "").lower() == "immutableid",
            text=(self.prefers("outlook.body-content-type") or "").lower() == "text",
            habits=self.tenant.habits,
        )

    def applied(self, *also: str) -> dict[str, str]:
        """Write the header that says which preferences counted."""
        sent = preferences(self.headers.get("prefer", ""))
        honoured = [
            f'{_SPELLED[name]}="{value}"' if name != "odata.maxpagesize" else f"{name}={value}"
            for name, value in sent.items()
            if name in _SPELLED
        ]
        both = [*also, *honoured]
        return {"Preference-Applied": ", ".join(both)} if both else {}

    def number(self, name: str, default: int) -> int:
        """Read a number that is not negative."""
        text = self.query.get(name, str(default))
        if not text.isdecimal() or len(text) > 9:
            raise invalid_parameter(name, text)
        return int(text)

    def instant(self, name: str) -> datetime:
        """Read an instant of the query; without an offset it is meant in UTC."""
        return self.moment({name: self.query.get(name)}, name)

    def moment(self, given: Mapping[str, str], name: str) -> datetime:
        """Read an instant among parameters; without an offset it is meant in UTC."""
        text = given.get(name, "")
        try:
            # A plus sign that nobody escaped arrives as a space.
            moment = datetime.fromisoformat(_six_digits(text.replace(" ", "+")))
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            if text.startswith("0001-01-01"):
                return datetime.min.replace(tzinfo=UTC)
            raise invalid_parameter(name[:1].upper() + name[1:], text) from error

    def arguments(self) -> dict[str, str]:
        """Read the arguments of the function that ends the path, such as `f(User='ann')`."""
        last = unquote(self.path.rstrip("/").rpartition("/")[2])
        return {name: text.replace("''", "'") for name, text in _ARGUMENT.findall(last)}

    def link(self, **query: str | int) -> str:
        """Write the address of another page of this answer."""
        kept = {name: self.query.get(name) for name, _ in self.query.pairs}
        pairs = {name: value for name, value in kept.items() if name not in query}
        text = urlencode(pairs | query, quote_via=quote, safe="$")
        return f"{self.root}{self.path}?{text}"

    def here(self, **query: str) -> str:
        """Write the address of this method with other parameters."""
        return f"{self.root}{self.path}?{urlencode(query, quote_via=quote, safe='$')}"


def preferences(text: str) -> dict[str, str]:
    """Read a `Prefer` header (RFC 7240); names in lower case."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PREFERENCE.match(text, at)
        if match is not None and match[1]:
            found.setdefault(match[1].lower(), match[2] if match[2] is not None else match[3] or "")
            at = match.end()
        comma = text.find(",", at)
        at = len(text) if comma < 0 else comma + 1
    return found


_SPELLED = {
    "outlook.timezone": "outlook.timezone",
    "outlook.body-content-type": "outlook.body-content-type",
    "odata.maxpagesize": "odata.maxpagesize",
    "idtype": "IdType",
}


def _six_digits(text: str) -> str:
    return re.sub(r"(\.\d{6})\d+", r"\1", text)


def answer(
    resource: Resource, status: int = 200, headers: Mapping[str, str] | None = None
) -> Reply:
    """Answer with a JSON object."""
    return Reply(status, JSON | dict(headers or {}), encode(resource))


NO_CONTENT = Reply(204, {}, b"")
ACCEPTED = Reply(202, {}, b"")
