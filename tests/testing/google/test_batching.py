from tests.testing.google.caller import la, why

from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle

HEADERS = {"Authorization": "Bearer any", "Content-Type": "multipart/mixed; boundary=b"}
EVENTS = "/calendar/v3/calendars/primary/events"


def part(number: int, line: str, body: str = "", **fields: str) -> str:
    """Write one part of a batch."""
    own = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    head = f"--b\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n"
    return f"{head}{line}\r\n{own}\r\n{body}\r\n"


def send(fake: FakeGoogle, *parts: str) -> Reply:
    """Send parts as one request."""
    body = "".join(parts) + "--b--\r\n"
    return fake.handle("POST", "/batch/calendar/v3", HEADERS, body.encode())


def test_each_part_is_a_request_of_its_own(fake: FakeGoogle) -> None:
    """Credentials of the whole are good for the parts; one that fails leaves the others alone."""
    fake.calendar().create("Lunch", la("2019-04-02"), event="lunch")
    insert = '{"start": {"date": "2019-04-02"}, "end": {"date": "2019-04-03"}}'
    reply = send(
        fake,
        part(1, f"GET {EVENTS}/lunch HTTP/1.1"),
        part(2, f"GET {EVENTS}/dinner HTTP/1.1"),
        part(3, f"POST {EVENTS} HTTP/1.1", insert, Content_Type="application/json"),
    )
    text = reply.body.decode()
    assert reply.status == 200
    assert reply.headers["Content-Type"].startswith("multipart/mixed; boundary=")
    assert [f"<response-{number}>" in text for number in (1, 2, 3)] == [True] * 3
    assert text.count("HTTP/1.1 200 OK") == 2
    assert text.count("HTTP/1.1 404 Not Found") == 1
    assert [line.operation for line in fake.requests] == [
        "events.get",
        "events.get",
        "events.insert",
        "batch",
    ]
    assert len(fake.truth()) == 2


def test_a_batch_has_its_limit(fake: FakeGoogle) -> None:
    """Too many parts are refused as a whole, and so is what is no batch."""
    parts = [part(number, f"GET {EVENTS} HTTP/1.1") for number in range(51)]
    assert why(send(fake, *parts))[:2] == (400, "batchSizeTooLarge")
    assert why(send(fake))[:2] == (400, "badRequest")


def test_faults_strike_the_whole_or_a_part(fake: FakeGoogle) -> None:
    """The whole is called `batch`; a part by its method's name."""
    fake.faults = Faults([Fault(FaultKind.UNAVAILABLE, operation="batch")])
    get = part(1, f"GET {EVENTS} HTTP/1.1")
    assert send(fake, get).status == 503
    fake.faults = Faults([Fault(FaultKind.RATE_LIMIT, operation="events.list")])
    reply = send(fake, get)
    assert (reply.status, b"HTTP/1.1 403 Forbidden" in reply.body) == (200, True)


def test_parts_without_credentials_are_refused_one_by_one(fake: FakeGoogle) -> None:
    """The batch itself is answered."""
    headers = {"Content-Type": HEADERS["Content-Type"]}
    body = part(1, f"GET {EVENTS} HTTP/1.1") + "--b--\r\n"
    reply = fake.handle("POST", "/batch/calendar/v3", headers, body.encode())
    assert (reply.status, b"HTTP/1.1 401" in reply.body) == (200, True)
