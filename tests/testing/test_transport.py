import asyncio

import httpx
import pytest

from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle, fill

URL = "https://www.googleapis.com/calendar/v3/calendars/primary/events"
HEADERS = {"Authorization": "Bearer any"}
ZIPPED = HEADERS | {"User-Agent": "kloudsync (gzip)", "Accept-Encoding": "gzip"}


def get(fake: FakeGoogle, headers: dict[str, str] = HEADERS) -> httpx.Response:
    """Ask for a page with a blocking client."""
    with httpx.Client(transport=fake.transport(), headers=headers) as client:
        return client.get(URL)


async def get_async(fake: FakeGoogle) -> httpx.Response:
    """Ask for a page with an awaiting client."""
    async with httpx.AsyncClient(transport=fake.transport(), headers=HEADERS) as client:
        return await client.get(URL)


def test_both_colours_of_client_get_the_same_answer(fake_google: FakeGoogle) -> None:
    """One transport serves blocking and awaiting clients."""
    awaited = asyncio.run(get_async(fake_google))
    assert get(fake_google).json() == awaited.json()
    assert awaited.headers["ETag"]


def test_answers_are_compressed_for_clients_that_say_so_twice(fake_google: FakeGoogle) -> None:
    """Accept-Encoding alone is not enough; the User-Agent must name gzip too."""
    fill(fake_google.calendar(), events=20)
    plain, zipped = get(fake_google), get(fake_google, ZIPPED)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.json()["items"] == plain.json()["items"]
    assert int(zipped.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 4


def test_bodies_reach_the_fake(fake_google: FakeGoogle) -> None:
    """What a client posts is performed."""
    body = {"start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}
    with httpx.Client(transport=fake_google.transport(), headers=HEADERS) as client:
        assert client.post(URL, json=body).json()["id"] in fake_google.truth()


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        (FaultKind.CUT_CONNECTION, httpx.ReadError),
        (FaultKind.CUT_BODY, httpx.RemoteProtocolError),
        (FaultKind.SLOW_BODY, httpx.ReadTimeout),
    ],
)
def test_disruptions_are_what_httpx_makes_of_them(
    fake_google: FakeGoogle, kind: FaultKind, failure: type[httpx.TransportError]
) -> None:
    """Both clients see the failure that a real network would give them."""
    fake_google.faults = Faults([Fault(kind, times=2)])
    with pytest.raises(failure):
        get(fake_google)
    with pytest.raises(failure):
        asyncio.run(get_async(fake_google))
    assert get(fake_google).status_code == 200


def test_a_stream_may_be_read_raw(fake_google: FakeGoogle) -> None:
    """A client may read the bytes as they come."""
    with (
        httpx.Client(transport=fake_google.transport(), headers=ZIPPED) as client,
        client.stream("GET", URL) as response,
    ):
        assert b"".join(response.iter_raw())
