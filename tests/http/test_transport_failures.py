import httpx
import pytest
from tests.http.drives import Drive, Script, reading, setting

from kloudsync.errors import ConnectFailed, KloudsyncError, TimedOut
from kloudsync.http.retry import Retry


def failures() -> list[type[Exception]]:
    """Return every exception class that the library can raise, leaves and branches alike."""
    found: list[type[Exception]] = []
    todo: list[type[Exception]] = [
        httpx.HTTPError,
        httpx.InvalidURL,
        httpx.StreamError,
        httpx.CookieConflict,
    ]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo.extend(kind.__subclasses__())
    return found


def raised(kind: type[Exception]) -> Exception:
    """Return an exception of a class, whatever its constructor wants."""
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", "https://api.example.com")
        return kind("refused", request=request, response=httpx.Response(500, request=request))
    try:
        return kind("scripted")
    except TypeError:
        return kind()


@pytest.mark.parametrize("kind", failures(), ids=lambda kind: kind.__name__)
def test_no_exception_of_the_library_reaches_the_caller(
    drive: Drive, kind: type[Exception]
) -> None:
    """Each becomes an error of ours that names provider and operation."""
    script = Script([raised(kind)])
    with pytest.raises(KloudsyncError, match=r"scripted things\.get") as caught:
        drive.perform(reading(), setting(retry=Retry(attempts=1)), script)
    expected = TimedOut if issubclass(kind, httpx.TimeoutException) else KloudsyncError
    assert isinstance(caught.value, expected)
    assert type(caught.value).__module__ == "kloudsync.errors"
    # Breaches of HTTP quote what came over the wire.
    assert (caught.value.__cause__ is None) is issubclass(kind, httpx.ProtocolError)


def test_the_library_has_the_exceptions_that_the_walk_expects() -> None:
    """The walk sees the whole tree, not just its roots."""
    names = {kind.__name__ for kind in failures()}
    assert names >= {"ReadTimeout", "RemoteProtocolError", "DecodingError", "StreamConsumed"}


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (TimeoutError("slow"), TimedOut),
        (ConnectionResetError("reset"), ConnectFailed),
        (UnicodeEncodeError("idna", "x", 0, 1, "label too long"), KloudsyncError),
    ],
)
def test_failures_below_the_library_are_translated_too(
    drive: Drive, failure: Exception, expected: type[KloudsyncError]
) -> None:
    """Sockets and host names may fail past the library's own classes."""
    with pytest.raises(expected):
        drive.perform(reading(), setting(retry=Retry(attempts=1)), Script([failure]))
