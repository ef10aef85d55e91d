"""An application's own properties of an event, within the limits that the service documents."""

from __future__ import annotations

import pytest
from tests.testing.google.caller import la

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.properties import kept
from kloudsync.testing.google.refusals import Refusal


def event(private: dict[str, str], **shared: str) -> Resource:
    """Describe an event with properties."""
    sides = {"private": private, "shared": shared}
    return {"id": "e", "extendedProperties": {name: side for name, side in sides.items() if side}}


def test_what_is_within_the_limits_is_kept() -> None:
    """Names of 44 characters and values of 1024."""
    full = event({"n" * 44: "v" * 1024}, ours="yes")
    assert kept(full) == full
    assert kept({"id": "e"}) == {"id": "e"}


def test_longer_names_are_dropped_and_longer_values_cut() -> None:
    """Without a word, as it is documented."""
    assert kept(event({"n" * 45: "v", "a": "v" * 1025})) == event({"a": "v" * 1024})
    assert kept(event({"n" * 45: "v"})) == {"id": "e"}


@pytest.mark.parametrize(
    "private",
    [
        {f"n{n}": "" for n in range(301)},
        {f"n{n:02}": "v" * 1021 for n in range(33)},
        {f"n{n:02}": "\N{SNOWMAN}" * 1021 for n in range(11)},
    ],
    ids=["number", "size", "bytes"],
)
def test_more_in_all_is_refused(private: dict[str, str]) -> None:
    """Both kinds count together."""
    with pytest.raises(Refusal, match="400 invalid"):
        kept(event(private, ours="yes"))


def test_the_service_keeps_what_it_keeps(fake: FakeGoogle) -> None:
    """Whoever writes: a client, or the calendar's user."""
    long = {"private": {"a": "v" * 2000}}
    series = fake.calendar().create("Review", la("2019-04-02T09:00"), extendedProperties=long)
    assert fake.truth()[series]["extendedProperties"] == {"private": {"a": "v" * 1024}}
