"""A model of an authorisation server: what it answers follows from what was granted."""

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kloudsync.testing.clock import ManualClock, TellsTime
from kloudsync.testing.exchange import Reply, RequestLine, is_form
from kloudsync.testing.faults import Faults, Scene
from kloudsync.testing.oauth import faulty
from kloudsync.testing.oauth.assertions import Assertions, ServiceAccount
from kloudsync.testing.oauth.clients import Clients, RegisteredClient
from kloudsync.testing.oauth.consents import Consents, Person
from kloudsync.testing.oauth.devices import INTERVAL, LIFETIME, Devices
from kloudsync.testing.oauth.grants import Grant, Grants, narrowed
from kloudsync.testing.oauth.refusals import JSON, Refusal, bad_request
from kloudsync.testing.transport import FakeTransport

Fields = Mapping[str, str]
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_PATHS = (
    ("/token", "oauth.token"),
    ("/revoke", "oauth.revoke"),
    ("/device/code", "oauth.device"),
    ("/devicecode", "oauth.device"),
    ("/authorize", "oauth.authorize"),
    ("/auth", "oauth.authorize"),
    ("/.well-known/oauth-authorization-server", "oauth.metadata"),
)
_PUBLIC = ("grant_type", "response_type", "client_id", "scope", "redirect_uri")


class FakeAuthorisationServer:
    """An authorisation server in memory, for your tests.

    It answers at any path that ends as those of Google, Salesloft or Microsoft do: `/auth` or
    `/authorize`, `/token`, `/revoke`, `/device/code` or `/devicecode`. What it grants is good
    until it lapses, is spent or revoked; tokens and chance are the same in every run.

    Args:
        clients: The applications that it knows; with none, it knows and believes all.
        rotating: Whether a refresh token is good for one use, and a spent one that comes again
            ends its grant, as at Salesloft; else it lasts, and renewals bring no new one, as at
            Google.
        lifetime: How long access tokens live.
        leeway: How long after its use a spent refresh token is taken for a repetition.
        offline_only: Whether refresh tokens are granted only where `access_type=offline` or the
            scope `offline_access` was asked for.
        clock: What tells the present; a manual clock unless given.
        seed: What tokens are drawn from.
        faults: The faults to commit.

    Attributes:
        person: Who sits before the browser, and whether they agree.
        grants: What was granted, and the tokens that stand for it.
        granted: How many times tokens were granted, by kind of grant.
        requests: Every request so far, without credentials.
        faults: The faults to commit; may be replaced at any time.
        clock: What tells the present.
    """

    base_path = ""

    def __init__(
        self,
        clients: Iterable[RegisteredClient] = (),
        *,
        rotating: bool = True,
        lifetime: timedelta = timedelta(hours=1),
        leeway: timedelta = timedelta(),
        offline_only: bool = False,
        clock: TellsTime | None = None,
        seed: int = 0,
        faults: Faults | None = None,
    ) -> None:
        self.clock: TellsTime = clock or ManualClock()
        self.person: Person = Person()
        self.grants: Grants = Grants(self.clock, seed)
        self.grants.rotating, self.grants.lifetime = rotating, lifetime
        self.grants.leeway = leeway
        self.granted: Counter[str] = Counter()
        self.requests: list[RequestLine] = []
        self.faults: Faults = faults or Faults()
        self._clients = Clients(clients)
        self._offline_only = offline_only
        self._consents = Consents(self.clock, self.grants, self._clients)
        self._devices = Devices(self.clock, self.grants)
        self._assertions = Assertions(self.clock, self.grants)
        self._stumbles: deque[Refusal] = deque()
        self._lock = threading.RLock()

    def consent(self, url: str) -> str:
        """Open the page that asks, as a person's browser does; answers with the redirect.

        Args:
            url: The URL that an application composed.

        Raises:
            ValueError: The page shows an error instead of asking.
        """
        reply = self.handle("GET", url, {})
        if reply.status != 302:
            raise ValueError(f"the page shows an error: {reply.status} {reply.body.decode()}")
        return reply.headers["Location"]

    def grant(
        self, client: str = "client", scopes: Iterable[str] = (), user: str | None = None
    ) -> str:
        """Grant access as a consent of long ago did; answers with the refresh token."""
        with self._lock:
            return self.grants.begin(client, user or self.person.address, scopes).refresh

    def answer_device(self, user_code: str, person: Person | None = None) -> None:
        """Type in the code that a device shows, and agree unless the person is unwilling."""
        with self._lock:
            self._devices.answer(user_code, person or self.person)

    def add_service_account(
        self,
        email: str,
        *,
        public_key: str = "",
        subjects: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """Get to know a service account.

        Args:
            email: Its address.
            public_key: PEM text that signatures are held against, which needs google-auth;
                without, every signature is believed.
            subjects: Whom it may act for, and with which scopes.

        Raises:
            MissingExtra: google-auth is not installed.
        """
        allowed = {who: frozenset(scopes) for who, scopes in (subjects or {}).items()}
        account = ServiceAccount(email=email, public_key=public_key, subjects=allowed)
        self._assertions.add(account)

    def stumble(
        self, error: str, *, status: int = 400, description: str = "", times: int = 1
    ) -> None:
        """Answer the next requests for tokens with an error of the server itself.

        Args:
            error: The code, such as `internal_failure` or `temporarily_unavailable`.
            status: The HTTP status; services send these codes with 400 and 403 as well.
            description: The server's words.
            times: How many requests.
        """
        with self._lock:
            self._stumbles.extend(Refusal(error, description, status=status) for _ in range(times))

    def withdraw(self, user: str | None = None, client: str | None = None) -> None:
        """Take access away, as a person does in their settings: by person, by client, or all."""
        with self._lock:
            self.grants.withdraw(user, client)

    def user_of(self, token: str) -> str | None:
        """Find the person whom a living access token acts for; None if it is none.

        A fake service that trusts this server asks so: `fake.accounts.trust(server.user_of)`.
        """
        with self._lock:
            held = self.grants.find(token)
            return None if held is None else held.grant.user

    def transport(self) -> FakeTransport:
        """Carry the requests of an httpx client, blocking or awaiting, to this fake."""
        return FakeTransport(self)

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request.

        Args:
            method: The HTTP verb.
            url: An absolute URL or a path; host and leading parts do not matter.
            headers: The headers; names in any case.
            body: The body, not compressed.

        Raises:
            Disrupted: Where a fault breaks the connection.
        """
        target = urlsplit(url)
        ends = (name for end, name in _PATHS if target.path.endswith(end))
        operation = next(ends, "")
        lowered = {name.lower(): value for name, value in headers.items()}
        pairs = _pairs(target.query, lowered, body)
        with self._lock:
            status = 0
            try:
                reply = self._answer(operation, method, pairs, lowered, url)
                status = reply.status
            finally:
                shown = {name: value for name, value in pairs if name in _PUBLIC}
                self.requests.append(RequestLine(method, target.path, shown, status, operation))
        return reply

    def _answer(
        self, operation: str, method: str, pairs: list[tuple[str, str]], headers: Fields, url: str
    ) -> Reply:
        fault = self.faults.next(Scene(operation=operation))
        try:
            reply = faulty.before(fault, self.clock) if fault else None
            if reply is None:
                reply = self._perform(operation, method, pairs, headers, url)
        except Refusal as refusal:
            reply = refusal.reply()
        return faulty.after(fault, reply) if fault else reply

    def _perform(
        self, operation: str, method: str, pairs: list[tuple[str, str]], headers: Fields, url: str
    ) -> Reply:
        if not operation:
            return Reply(404, {"Content-Type": "text/plain"}, b"Not Found\n")
        if operation == "oauth.metadata":
            return _answer(_metadata(url.removesuffix(urlsplit(url).path), headers))
        fields = dict(pairs)
        if len(fields) < len(pairs):
            raise bad_request("A parameter is included more than once.")
        if operation == "oauth.authorize":
            return Reply(302, {"Location": self._consents.ask(fields, self.person)}, b"")
        if method != "POST":
            return Reply(405, {"Allow": "POST"}, b"")
        return self._posted(operation, fields, headers)

    def _posted(self, operation: str, fields: Fields, headers: Fields) -> Reply:
        if operation == "oauth.revoke":
            return self._revoke(fields)
        if operation == "oauth.token" and self._stumbles:
            raise self._stumbles.popleft()
        if fields.get("grant_type") == ASSERTION_GRANT:
            return self._tokens(fields, "")
        client = self._clients.identify(fields, headers.get("authorization", ""))
        if operation == "oauth.device":
            return self._device(client, fields)
        return self._tokens(fields, client.id, public=client.secret is None)

    def _revoke(self, fields: Fields) -> Reply:
        if not fields.get("token"):
            raise bad_request("Missing required parameter: token")
        self.grants.revoke(fields["token"])
        return Reply(200, JSON, b"{}")

    def _device(self, client: RegisteredClient, fields: Fields) -> Reply:
        code, wait = self._devices.begin(client.id, fields.get("scope", ""))
        return _answer(
            {
                "device_code": code,
                "user_code": wait.user_code,
                "verification_uri": "https://accounts.example.com/device",
                "verification_url": "https://accounts.example.com/device",
                "expires_in": int(LIFETIME.total_seconds()),
                "interval": int(INTERVAL.total_seconds()),
            }
        )

    def _tokens(self, fields: Fields, client: str, *, public: bool = False) -> Reply:
        kind = fields.get("grant_type", "")
        grant = self._redeemed(kind, fields, client, public=public)
        self.granted[kind] += 1
        renewal = kind == "refresh_token"
        scopes = narrowed(grant, fields.get("scope", "")) if renewal else grant.scopes
        told = grant.refresh and (self.grants.rotating or not renewal)
        return _answer(
            {
                "access_token": self.grants.access(grant, scopes),
                "token_type": "Bearer",
                "expires_in": int(self.grants.lifetime.total_seconds()),
                "scope": " ".join(scopes),
                **({"refresh_token": grant.refresh} if told else {}),
            }
        )

    def _redeemed(self, kind: str, fields: Fields, client: str, *, public: bool) -> Grant:
        """Find or write down what a request for tokens is entitled to."""
        lasting = None if self._offline_only else True
        kinds: Mapping[str, Callable[[], Grant]] = {
            "authorization_code": lambda: self._consents.exchange(fields, client, lasting=lasting),
            "refresh_token": lambda: self.grants.redeem(
                fields.get("refresh_token", ""), client, fields.get("scope", "")
            ),
            "client_credentials": lambda: self._own(fields, client, public=public),
            DEVICE_GRANT: lambda: self._devices.redeem(fields.get("device_code", ""), client),
            ASSERTION_GRANT: lambda: self._assertions.redeem(fields.get("assertion", "")),
        }
        if kind not in kinds:
            raise Refusal("unsupported_grant_type", f"Invalid grant_type: {kind}")
        return kinds[kind]()

    def _own(self, fields: Fields, client: str, *, public: bool) -> Grant:
        if public and "client_secret" not in fields:
            raise Refusal("unauthorized_client", "A public client has no credentials of its own.")
        return self.grants.begin(client, "", fields.get("scope", "").split(), lasting=False)


def _pairs(query: str, headers: Fields, body: bytes) -> list[tuple[str, str]]:
    """Read the parameters of a request: those of its URL, and those of a form."""
    form = body.decode(errors="replace") if is_form(headers) else ""
    return [*parse_qsl(query), *parse_qsl(form)]


def _answer(members: Mapping[str, Any]) -> Reply:
    return Reply(200, JSON, json.dumps(members).encode())


def _metadata(base: str, headers: Fields) -> Mapping[str, Any]:
    """Describe the server (RFC 8414)."""
    base = base or f"http://{headers.get('host', 'localhost')}"
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "revocation_endpoint": f"{base}/revoke",
        "device_authorization_endpoint": f"{base}/device/code",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": [
            "authorization_code", "refresh_token", "client_credentials", DEVICE_GRANT,
            ASSERTION_GRANT,
        ],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "none",
        ],
    }  # fmt: skip
