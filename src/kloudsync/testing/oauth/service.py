"""A model of an authorisation server: what it answers follows from what was granted."""

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from kloudsync.testing.clock import ManualClock, TellsTime
from kloudsync.testing.exchange import Reply, Request, RequestLine
from kloudsync.testing.faults import Fault, Faults
from kloudsync.testing.oauth.assertions import Assertions, ServiceAccount
from kloudsync.testing.oauth.clients import Clients, RegisteredClient
from kloudsync.testing.oauth.consents import Consents, Person
from kloudsync.testing.oauth.devices import INTERVAL, LIFETIME, Devices
from kloudsync.testing.oauth.faulty import WORDING
from kloudsync.testing.oauth.grants import Grant, Grants, narrowed
from kloudsync.testing.oauth.refusals import JSON, Refusal, bad_request
from kloudsync.testing.routing import Handler, Route
from kloudsync.testing.shell import Shell
from kloudsync.testing.wording import Wording

Fields = Mapping[str, str]
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_POSTED = frozenset(("oauth.token", "oauth.revoke", "oauth.device"))
_PUBLIC = ("grant_type", "response_type", "client_id", "scope", "redirect_uri")


class FakeAuthorisationServer(Shell[Request]):
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

    What it logs and which faults it commits is said by `Shell`.
    """

    base_path: str = ""
    wording: ClassVar[Wording] = WORDING
    reads_forms: ClassVar[bool] = True

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
        super().__init__(clock or ManualClock(), faults, threading.RLock())
        self.person: Person = Person()
        self.grants: Grants = Grants(self.clock, seed)
        self.grants.rotating, self.grants.lifetime = rotating, lifetime
        self.grants.leeway = leeway
        self.granted: Counter[str] = Counter()
        self._clients = Clients(clients)
        self._offline_only = offline_only
        self._consents = Consents(self.clock, self.grants, self._clients)
        self._devices = Devices(self.clock, self.grants)
        self._assertions = Assertions(self.clock, self.grants)
        self._stumbles: deque[Refusal] = deque()
        self._paths: tuple[tuple[str, str, Handler[Request]], ...] = (
            ("/token", "oauth.token", self._token),
            ("/revoke", "oauth.revoke", self._revoke),
            ("/device/code", "oauth.device", self._device),
            ("/devicecode", "oauth.device", self._device),
            ("/authorize", "oauth.authorize", self._authorize),
            ("/auth", "oauth.authorize", self._authorize),
            ("/.well-known/oauth-authorization-server", "oauth.metadata", _metadata),
        )

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

    def _route(self, request: Request) -> Route[Request]:
        for end, operation, handler in self._paths:
            if request.path.endswith(end):
                return Route(operation, handler)
        return Route("", _unknown)

    def _call(self, route: Route[Request], request: Request, fault: Fault | None) -> Request:
        del route, fault
        return request

    def _perform(self, route: Route[Request], request: Request, fault: Fault | None) -> Reply:
        if route.operation in _POSTED and request.method != "POST":
            return Reply(405, {"Allow": "POST"}, b"")
        return super()._perform(route, request, fault)

    def _line(self, route: Route[Request], request: Request, status: int) -> RequestLine:
        shown = {name: value for name, value in request.query.pairs if name in _PUBLIC}
        return RequestLine(request.method, request.path, shown, status, route.operation)

    def _authorize(self, request: Request) -> Reply:
        redirect = self._consents.ask(_fields(request), self.person)
        return Reply(302, {"Location": redirect}, b"")

    def _token(self, request: Request) -> Reply:
        if self._stumbles:
            raise self._stumbles.popleft()
        fields = _fields(request)
        if fields.get("grant_type") == ASSERTION_GRANT:
            return self._tokens(fields, "")
        client = self._clients.identify(fields, request.headers.get("authorization", ""))
        return self._tokens(fields, client.id, public=client.secret is None)

    def _revoke(self, request: Request) -> Reply:
        token = _fields(request).get("token")
        if not token:
            raise bad_request("Missing required parameter: token")
        self.grants.revoke(token)
        return Reply(200, JSON, b"{}")

    def _device(self, request: Request) -> Reply:
        fields = _fields(request)
        client = self._clients.identify(fields, request.headers.get("authorization", ""))
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


def _fields(request: Request) -> Fields:
    """Read the parameters of a request; those without a value count as left out."""
    pairs = [(name, value) for name, value in request.query.pairs if value]
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise bad_request("A parameter is included more than once.")
    return fields


def _unknown(_: Request) -> Reply:
    return Reply(404, {"Content-Type": "text/plain"}, b"Not Found\n")


def _answer(members: Mapping[str, Any]) -> Reply:
    return Reply(200, JSON, json.dumps(members).encode())


def _metadata(request: Request) -> Reply:
    """Describe the server (RFC 8414)."""
    base = request.url.removesuffix(request.path)
    base = base or f"http://{request.headers.get('host', 'localhost')}"
    return _answer({
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
    })  # fmt: skip
