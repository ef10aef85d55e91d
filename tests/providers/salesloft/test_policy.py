import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kloudsync.errors import UsageError
from kloudsync.model.attendee import Attendee, Person
from kloudsync.model.event import SingleEvent, Visibility
from kloudsync.providers.salesloft.policy import (
    Detail,
    by_domains,
    detail_of,
    expect_policy,
    private,
)

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


def meeting(*addresses: str, organizer: str | None = None) -> SingleEvent:
    """Return a meeting with some people."""
    return SingleEvent(
        id="e",
        start=NOON,
        end=NOON + timedelta(hours=1),
        title="Pilot",
        attendees=tuple(Attendee(email=address) for address in addresses),
        organizer=Person(email=organizer) if organizer else None,
    )


@pytest.mark.parametrize(
    ("event", "detail"),
    [
        (meeting(), Detail.MINIMAL),
        (meeting("a@example.com", "b@sub.EXAMPLE.com"), Detail.MINIMAL),
        (meeting("a@example.com", "b@elsewhere.example"), Detail.FULL),
        (meeting("a@notexample.com"), Detail.FULL),
        (meeting("a@example.com", organizer="b@elsewhere.example"), Detail.FULL),
    ],
)
def test_people_from_outside_make_a_meeting_one_with_prospects(
    event: SingleEvent, detail: Detail
) -> None:
    """Domains and their subdomains are inside, all others outside."""
    assert by_domains(["@Example.com"])(event) is detail


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.CONFIDENTIAL])
def test_private_events_stay_private(visibility: Visibility) -> None:
    """Whoever takes part, their owner said that nobody should know."""
    event = SingleEvent(
        id="e",
        start=NOON,
        end=NOON + timedelta(hours=1),
        visibility=visibility,
        attendees=(Attendee(email="b@elsewhere.example"),),
    )
    assert by_domains(["example.com"])(event) is Detail.MINIMAL


def test_rooms_and_hidden_people_are_nobody() -> None:
    """A room's address has a domain of its own, which means nothing."""
    event = SingleEvent(
        id="e",
        start=NOON,
        end=NOON + timedelta(hours=1),
        attendees=(Attendee(email="room@elsewhere.example", resource=True), Attendee()),
    )
    assert by_domains(["example.com"])(event) is Detail.MINIMAL


def test_the_default_tells_nothing() -> None:
    """Prospects or not."""
    assert private(meeting("b@elsewhere.example")) is Detail.MINIMAL


@pytest.mark.parametrize("own", [" example.com", "EXAMPLE.com.", "@example.com", ".example.com"])
@pytest.mark.parametrize("address", ["a@example.com ", "<a@Example.com>", "a@sub.example.com."])
def test_what_is_clear_is_understood(own: str, address: str) -> None:
    """Case, spaces, brackets and dots make nobody a prospect."""
    assert by_domains([own])(meeting(address)) is Detail.MINIMAL


@pytest.mark.parametrize("own", ["münchen.de", "xn--mnchen-3ya.de"])
@pytest.mark.parametrize("domain", ["münchen.de", "post.MÜNCHEN.de", "xn--mnchen-3ya.de"])
def test_international_domains_are_the_same_in_both_forms(own: str, domain: str) -> None:
    """Services write them in either."""
    assert by_domains([own])(meeting(f"a@{domain}")) is Detail.MINIMAL


def test_whose_domain_cannot_be_read_is_nobody() -> None:
    """An internal name of a mail server is no sign of a prospect."""
    event = meeting("/o=Example/ou=Exchange/cn=ann", "ann", "a@localhost")
    assert by_domains(["example.com"])(event) is Detail.MINIMAL


@pytest.mark.parametrize(
    "domain",
    [
        "me@example.com",
        "*.example.com",
        "https://example.com",
        "example.com, example.org",
        "<example.com>",
        "examplecom",
    ],
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    """Nobody would belong to it, and everything of internal meetings would be told."""
    with pytest.raises(UsageError, match=f"{re.escape(repr(domain))} is no domain; give each as"):
        by_domains(["example.org", domain])


def test_a_text_is_no_list_of_domains() -> None:
    """Its letters would be taken for domains."""
    with pytest.raises(UsageError, match=r"pass \['example.com'\]"):
        by_domains("example.com")


@pytest.mark.parametrize("domains", [[], [""], ["@"], ["example.com", " "]])
def test_domains_have_to_be_given(domains: list[str]) -> None:
    """Without any, everybody would be a prospect."""
    with pytest.raises(UsageError, match="no internal domain"):
        by_domains(domains)


@pytest.mark.parametrize("answer", [*Detail, "full", "none"])
def test_a_policy_answers_with_a_detail_or_its_text(answer: Any) -> None:
    """A detail is text, so that people write it as such."""
    assert detail_of(lambda _: answer, meeting()) is Detail(answer)


@pytest.mark.parametrize(
    ("answer", "said"), [(None, "None"), (True, "True"), ("all", "str"), (3, "int")]
)
def test_an_answer_that_is_none_is_named(answer: Any, said: str) -> None:
    """Nothing is taken for yes or no, and what was answered is not repeated but for these."""
    with pytest.raises(UsageError, match=rf"answered {said} to event e; it has to answer Detail"):
        detail_of(lambda _: answer, meeting())


async def _asked_later(event: object) -> Detail:
    return Detail.FULL


@pytest.mark.parametrize(
    ("given", "said"),
    [(["example.com"], "list"), (None, "NoneType"), (_asked_later, "a coroutine function")],
)
def test_what_nobody_can_ask_is_no_policy(given: object, said: str) -> None:
    """It is refused when the calendar is named, before any push."""
    with pytest.raises(UsageError, match=f"the policy is {said}; pass a plain function"):
        expect_policy(None, None, given)
