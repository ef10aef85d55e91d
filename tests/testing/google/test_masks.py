import pytest
from tests.testing.google.caller import Caller, la, why

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.masks import masked, read_mask

RESOURCE: Resource = {"a": {"b": 1, "c": [{"d": 2, "e": 3}, {"e": 4}]}, "f": 5, "g": {}}


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("f", {"f": 5}),
        ("a/b,f", {"a": {"b": 1}, "f": 5}),
        ("a(b,c/e)", {"a": {"b": 1, "c": [{"e": 3}, {"e": 4}]}}),
        ("a/c(d)", {"a": {"c": [{"d": 2}, {}]}}),
        ("*/b", {"a": {"b": 1}, "f": 5, "g": {}}),
        ("*", RESOURCE),
        ("nothing", {}),
    ],
)
def test_a_mask_keeps_what_it_names(mask: str, kept: Resource) -> None:
    """By name, by path, in parentheses, or all of it."""
    assert masked(RESOURCE, read_mask(mask)) == kept


@pytest.mark.parametrize("mask", ["", "a(b", "a)", "a(b))", ",a", "a,", "a//b("])
def test_broken_masks_are_refused(caller: Caller, mask: str) -> None:
    """With the reason that Google gives."""
    assert caller.refusal(fields=mask)[:2] == (400, "invalidParameter")


def test_answers_are_cut_down_to_the_mask(fake: FakeGoogle, caller: Caller) -> None:
    """A mask without the tokens leaves them out, which ends a sync."""
    fake.calendar().create("Lunch", la("2019-04-02"))
    assert caller.page(fields="items(summary)") == {"items": [{"summary": "Lunch"}]}
    assert set(caller.page(fields="items/id,nextSyncToken")) == {"items", "nextSyncToken"}


def test_errors_are_whole(caller: Caller) -> None:
    """A mask is for successes."""
    assert why(caller.send("GET", "calendars/nowhere", {"fields": "id"}))[0] == 404


@pytest.mark.parametrize(
    "mask", ["bogus", "items(bogus)", "items/start/bogus", "kind/deeper", "items(id,bogus)"]
)
def test_a_field_that_does_not_exist_is_refused(caller: Caller, mask: str) -> None:
    """The refusal names it."""
    wrong = "deeper" if "deeper" in mask else "bogus"
    refusal = caller.refusal(fields=mask)
    assert refusal == (400, "invalidParameter", f"Invalid field selection {wrong}")


@pytest.mark.parametrize(
    "mask",
    ["*", "items/*", "items/extendedProperties/private/anything", "items(attendees/email)"],
)
def test_whatever_exists_may_be_chosen(caller: Caller, mask: str) -> None:
    """Wildcards and members of any name too."""
    assert caller.call("GET", query={"fields": mask}).status == 200
