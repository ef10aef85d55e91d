import logging
import subprocess
import sys

import httpx
import pytest
from tests.http.drives import Drive, Script, setting

from kloudsync.errors import APIError, ConnectFailed, KloudsyncError, RateLimited
from kloudsync.http.auth import FixedToken
from kloudsync.http.log import describe, outcome, without_mailboxes
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.setting import Attempt

TOKEN, CURSOR, KEY, BODY, HEADER, WORDS, ANSWERED = PLANTED = (
    "planted-token",
    "planted-cursor",
    "planted-key",
    "planted-body",
    "planted-header",
    "planted-words",
    "planted-answer",
)


def sensitive() -> Operation[str]:
    """Describe a call that carries something secret in every place."""
    request = Request(
        method="POST",
        path="https://api.example.com/v1/events?key=" + KEY,
        query=(("syncToken", CURSOR), ("maxResults", "250")),
        headers=Headers.of({"X-Secret": HEADER}),
        body=BODY.encode(),
    )
    return Operation(name="events.list", request=request, decode=lambda response: response.text)


@pytest.mark.parametrize("last", [200, 400, 401, 503])
def test_nothing_secret_is_in_any_record_repr_or_message(
    drive: Drive, last: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Tokens, cursors, header values and bodies stay out, whatever the call ends in."""
    caplog.set_level(logging.DEBUG, logger="kloudsync")
    heard: list[Attempt] = []
    headers = {"X-Echo": ANSWERED}
    answers = [httpx.Response(status, headers=headers, text=ANSWERED) for status in (503, last)]
    script = Script([*answers, httpx.ReadError("reset"), httpx.ReadError("reset")])
    auth = FixedToken(TOKEN)
    shown = [repr(sensitive()), repr(auth), repr(setting(auth))]
    try:
        answer = drive.perform(sensitive(), setting(auth), script, watch=heard.append)
        shown.append(repr(answer.response))
    except KloudsyncError as error:
        shown += [repr(error), str(error)]
        if isinstance(error, APIError):
            shown.append(repr(error.response))
    shown += [repr(attempt) for attempt in heard]
    shown += [record.getMessage() for record in caplog.records if record.name == "kloudsync"]
    assert len(shown) > 5
    assert not [text for text in shown for secret in PLANTED if secret in text]
    assert TOKEN in str(script.asked[0].headers.raw), "the secrets were really in play"


def test_a_log_line_names_verb_path_and_harmless_parameters() -> None:
    """What helps to find a fault is kept; everything else is a dot."""
    request = Request(
        method="GET", path="events", query=(("syncToken", CURSOR), ("maxResults", "250"))
    )
    assert describe(request) == "GET events?syncToken=…&maxResults=250"
    assert describe(Request(method="GET", path="events")) == "GET events"


def test_an_outcome_leaves_the_services_words_out() -> None:
    """A service quotes contents in its messages; ours are safe to log."""
    refused = RateLimited(WORDS, status=429, provider="scripted", response=Response(status=429))
    assert outcome(refused) == "RateLimited (429)"
    assert outcome(ConnectFailed("reset")) == "ConnectFailed: reset"


def test_importing_sets_up_no_logging() -> None:
    """The library adds a null handler to its own logger and touches no other."""
    program = (
        "import logging, kloudsync.http.perform\n"
        "assert logging.root.handlers == [] and logging.root.level == logging.WARNING\n"
        "ours = logging.getLogger('kloudsync')\n"
        "assert [type(handler) for handler in ours.handlers] == [logging.NullHandler]\n"
        "assert ours.level == logging.NOTSET and ours.propagate\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own interpreter


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("calendars/alice@example.com/events", "calendars/…@example.com/events"),
        ("calendars/alice%40example.com", "calendars/…%40example.com"),
        ("to <a@b>, c@d and @e", "to <…@b>, …@d and @e"),
        ("a@b@c", "…@…@c"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_of_a_mailbox_the_host_alone_is_shown(text: str, shown: str) -> None:
    """Whatever stands around it."""
    assert without_mailboxes(text) == shown


def test_long_texts_are_looked_through_once() -> None:
    """An id of a megabyte, of which each character could begin a mailbox, is no work."""
    assert without_mailboxes("a" * 1_000_000 + "@b") == "…@b"
    assert without_mailboxes("a" * 1_000_000) == "a" * 1_000_000
