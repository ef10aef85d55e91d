"""Sign-in and Graph together, in every cloud: tokens are granted by the fake authority and believed."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest
from tests.providers.microsoft.world import NOW

from kloudsync.errors import ConsentRequired
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.token_endpoint import Tokens
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.microsoft.auth import (
    ApplicationToken,
    ask_microsoft,
    ask_on_device,
    microsoft_endpoint,
)
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.clouds import CLOUDS, Cloud
from kloudsync.providers.microsoft.scopes import SYNC
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeAuthorisationServer
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import FakeMicrosoft

OWNER = "owner@example.com"
BACK = "http://localhost:1"


class Deployment:
    """One cloud: its sign-in, its Graph, and nothing else."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.clock = ManualClock(NOW)
        self.server = FakeAuthorisationServer(clock=self.clock, offline_only=True)
        self.server.person.address = OWNER
        self.graph = FakeMicrosoft(OWNER, clock=self.clock)
        self.graph.accounts.trust(self.server.user_of)
        self.graph.calendar().create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
        self._hosts = {
            urlsplit(cloud.authority).netloc: self.server.transport(),
            urlsplit(cloud.graph).netloc: self.graph.transport(),
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as whoever lives at the host."""
        answer: httpx.Response = self._hosts[request.url.host].handle_request(request)
        return answer

    def client(self, token: object, **settings: str) -> Microsoft:
        """Return a client in this cloud."""
        http = httpx.Client(transport=httpx.MockTransport(self))
        given: dict[str, object] = {"cloud": self.cloud, **settings}
        return Microsoft(token, http_client=http, clock=self.clock, **given)  # type: ignore[arg-type]


@pytest.fixture(params=CLOUDS.values(), ids=list(CLOUDS))
def deployment(request: pytest.FixtureRequest) -> Deployment:
    """Each of the clouds."""
    return Deployment(request.param)


def test_a_person_s_consent_opens_the_mailbox_and_is_renewed(deployment: Deployment) -> None:
    """Code with PKCE, then refresh tokens of which each renewal brings another."""
    endpoint = microsoft_endpoint("app", cloud=deployment.cloud, tenant="organizations")
    question = ask_microsoft(
        "app",
        redirect_uri=BACK,
        entropy=bytes(range(64)),
        cloud=deployment.cloud,
        tenant="organizations",
    )
    redirect = question.answer(deployment.server.consent(question.url))
    caller = deployment.client("unused").caller
    tokens = caller.follow(
        endpoint.exchange(
            redirect.code, redirect_uri=BACK, verifier=question.verifier, now=deployment.clock.now()
        )
    )
    kept: list[Tokens] = [tokens]
    auth = RefreshedToken(endpoint, tokens, keep=kept.append, scopes=SYNC)
    engine = SyncEngine(deployment.client(auth).calendar(), MemoryStore())
    assert engine.sync().added == 1
    for _ in range(3):
        deployment.clock.sleep(7200)
        engine.sync()
    assert len({one.refresh_token for one in kept}) == 4
    deployment.server.withdraw(OWNER)
    with pytest.raises(ConsentRequired):
        engine.sync()


def test_a_code_on_another_device_opens_the_mailbox(deployment: Deployment) -> None:
    """It is handed out beside the token endpoint, in the same cloud."""
    endpoint = microsoft_endpoint("app", cloud=deployment.cloud)
    flow = ask_on_device(
        endpoint, lambda code: deployment.server.answer_device(code.user_code), NOW
    )
    tokens = deployment.client("unused").caller.follow(flow)
    assert tokens.refresh_token
    assert deployment.client(tokens.access_token).events.list().items


def test_an_application_opens_the_mailbox_that_it_names(deployment: Deployment) -> None:
    """By client credentials, for the scope of this cloud's Graph; there is nothing to refresh."""
    endpoint = microsoft_endpoint(
        "app", "planted-secret", cloud=deployment.cloud, tenant="example.com"
    )
    auth = ApplicationToken(endpoint, cloud=deployment.cloud)
    client = deployment.client(auth, mailbox=OWNER)
    assert SyncEngine(client.calendar(), MemoryStore()).sync().added == 1
    deployment.clock.sleep(7200)
    assert client.events.list(mailbox=OWNER).items
    assert deployment.server.granted == {"client_credentials": 2}
    assert auth.endpoint.url.startswith(deployment.cloud.authority)


def test_a_token_of_one_cloud_is_worth_nothing_in_another() -> None:
    """Whoever signed in elsewhere is a stranger here."""
    first, second = (Deployment(CLOUDS[name]) for name in ("global", "china"))
    first.server.grant("app")
    token = first.server.grants.access(first.server.grants.begin("app", OWNER, SYNC), ())
    assert first.client(token).events.list().items
    with pytest.raises(Exception, match="401"):
        second.client(token).events.list()
