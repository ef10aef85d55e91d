"""Each fake, on a port and as a transport, takes a write in every form in which clients send it."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import httpx
import pytest

from kloudsync.testing.exchange import FakeService
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve
from kloudsync.testing.transport import FakeTransport

TITLE = "Über und unter"


@attrs.frozen(kw_only=True)
class Subject:
    """A fake, and how one writes to it.

    Attributes:
        fake: The fake.
        path: Where events are written.
        created: The status of a write.
        body: An event.
        listing: Where events are listed.
        titles: Reads the titles of what the fake holds.
    """

    fake: FakeService
    path: str
    created: int
    body: dict[str, Any]
    listing: str
    titles: Callable[[], list[str | None]]


def google() -> Subject:
    """Google's events."""
    fake = FakeGoogle()
    times = {"start": {"date": "2026-01-06"}, "end": {"date": "2026-01-07"}}
    return Subject(
        fake=fake,
        path="/calendars/primary/events",
        created=200,
        body={"summary": TITLE, **times},
        listing="/calendars/primary/events",
        titles=lambda: [event["summary"] for event in fake.truth().values()],
    )


def kloudless() -> Subject:
    """Kloudless's events."""
    fake = FakeKloudless()
    times = {"start": "2026-01-06T09:00:00Z", "end": "2026-01-06T10:00:00Z"}
    return Subject(
        fake=fake,
        path="/accounts/me/cal/calendars/primary/events/",
        created=201,
        body={"name": TITLE, **times},
        listing="/accounts/me/cal/calendars/primary/events/",
        titles=lambda: [event["summary"] for event in fake.google.truth().values()],
    )


def salesloft() -> Subject:
    """Salesloft's events."""
    fake = FakeSalesloft()
    times = {"start_time": "2026-01-06T09:00:00Z", "end_time": "2026-01-06T10:00:00Z"}
    key = {"id": "e1", "i_cal_uid": "u1", "calendar_id": fake.calendar_id}
    return Subject(
        fake=fake,
        path="/calendar/events/upsert",
        created=201,
        body={"title": TITLE, **key, **times},
        listing="/calendar/events",
        titles=lambda: [row["title"] for row in fake.events()],
    )


@pytest.fixture(params=[google, kloudless, salesloft])
def subject(request: pytest.FixtureRequest) -> Subject:
    """One of the fakes."""
    made: Subject = request.param()
    return made


@pytest.fixture(params=["port", "transport"])
def client(request: pytest.FixtureRequest, subject: Subject) -> Iterator[httpx.Client]:
    """A client of the fake."""
    headers = {"Authorization": "Bearer any", "Content-Type": "application/json"}
    if request.param == "port":
        with serve(subject.fake) as url, httpx.Client(base_url=url, headers=headers) as client:
            yield client
        return
    base = f"https://api.example.com{subject.fake.base_path}"
    transport = FakeTransport(subject.fake)
    with httpx.Client(transport=transport, base_url=base, headers=headers) as client:
        yield client


def shown(answer: httpx.Response) -> str:
    """Return the text of an answer, whichever letters its JSON escapes."""
    return json.dumps(answer.json(), ensure_ascii=False)


FORMS: dict[str, tuple[Callable[[bytes], bytes], dict[str, str]]] = {
    "plain": (bytes, {}),
    "gzip": (gzip.compress, {"Content-Encoding": "gzip"}),
    "x-gzip": (gzip.compress, {"Content-Encoding": "x-gzip"}),
    "deflate": (zlib.compress, {"Content-Encoding": "deflate"}),
    "both": (
        lambda body: gzip.compress(zlib.compress(body)),
        {"Content-Encoding": "deflate, gzip"},
    ),
}


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_a_body_may_come_in_any_form(
    subject: Subject, client: httpx.Client, form: str, chunked: bool
) -> None:
    """Whole or in chunks, compressed or not, the same event is written, and the next answer fits."""
    change, headers = FORMS[form]
    body = change(json.dumps(subject.body).encode())
    content = (body[at : at + 7] for at in range(0, len(body), 7)) if chunked else body
    assert (
        client.post(subject.path, content=content, headers=headers).status_code == subject.created
    )
    assert subject.titles() == [TITLE]
    assert TITLE in shown(client.get(subject.listing))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_is_not_what_it_says_is_refused(
    subject: Subject, client: httpx.Client, encoding: str
) -> None:
    """400, an encoding that nobody knows 415; nothing is written."""
    body = json.dumps(subject.body).encode()
    for named, status in ((encoding, 400), ("br", 415)):
        answer = client.post(subject.path, content=body, headers={"Content-Encoding": named})
        assert answer.status_code == status
    assert subject.titles() == []


def test_the_head_of_a_list_has_no_body(subject: Subject, client: httpx.Client) -> None:
    """Its status and length are those of the list, and the next answer fits."""
    whole, head = client.get(subject.listing), client.head(subject.listing)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert client.get(subject.listing).json() == whole.json()


def test_a_post_may_stand_for_a_get(subject: Subject, client: httpx.Client) -> None:
    """With X-HTTP-Method-Override, as clients behind narrow proxies send it."""
    client.post(subject.path, json=subject.body)
    answer = client.post(subject.listing, headers={"X-HTTP-Method-Override": "GET"})
    assert answer.status_code == 200
    assert TITLE in shown(answer)


def test_a_post_may_stand_for_a_change() -> None:
    """PATCH at Google and Kloudless, PUT at Salesloft."""
    behind = google()
    fake = behind.fake
    assert isinstance(fake, FakeGoogle)
    event = fake.calendar().create("Before", fake.clock.now(), event="series")
    patched = {"Authorization": "Bearer any", "X-HTTP-Method-Override": "PATCH"}
    with httpx.Client(transport=fake.transport(), headers=patched) as http:
        url = f"https://api.example.com/calendar/v3{behind.path}/{event}"
        assert http.post(url, json={"summary": "Google"}).json()["summary"] == "Google"
    front = FakeKloudless(fake)
    with httpx.Client(transport=front.transport(), headers=patched) as http:
        path = f"{kloudless().path}{front.event_id(event)}/"
        answer = http.post(f"https://api.example.com/v1{path}", json={"name": "Kloudless"})
        assert answer.json()["name"] == "Kloudless"
    team = FakeSalesloft()
    number = team.add_meeting()
    put = {"Authorization": "Bearer any", "X-HTTP-Method-Override": "put"}
    with httpx.Client(transport=team.transport(), headers=put) as http:
        url = f"https://api.example.com/v2/meetings/{number}"
        assert http.post(url, json={"status": "booked"}).json()["data"]["status"] == "booked"
