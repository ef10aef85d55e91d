"""How deep JSON is nested is seen before it is decoded, whatever its strings hold."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import DecodeError, WebhookError
from kloudsync.http.codec import decode_json
from kloudsync.http.density import FEW_BRACKETS, SMALLEST_BRACKET
from kloudsync.http.depth import DEEPEST, is_deep
from kloudsync.http.message import Response
from kloudsync.http.scan import Unreadable, read_item, scan_page
from kloudsync.model.arrival import Arrival
from kloudsync.providers.microsoft.push import unwrap

TRICKS = st.text(alphabet='[]{}"\\a,', max_size=6)


def nested(depth: int, inner: Any = None) -> Any:
    """Return lists in lists."""
    for _ in range(depth):
        inner = [] if inner is None else [inner]
    return inner


@given(
    depth=st.integers(DEEPEST - 3, DEEPEST + 3),
    before=st.lists(TRICKS, max_size=3),
    after=st.lists(TRICKS, max_size=3),
    objects=st.booleans(),
)
def test_strings_neither_hide_depth_nor_feign_it(
    depth: int, before: list[str], after: list[str], *, objects: bool
) -> None:
    """Brackets, quotes and backslashes within them are text."""
    whole: Any = "]["
    for _ in range(depth):
        # Of equal names one would be left.
        names = {f"1{before}": 1, f"2{before}": whole, f"3{after}": after}
        whole = names if objects else [*before, whole, *after]
    levels = depth + objects
    assert is_deep(json.dumps(whole).encode()) is (levels > DEEPEST)


@pytest.mark.parametrize(
    "text",
    [
        b"[]" * 1_000,
        b'"' + b"[" * 1_000 + b'"',
        b'["' + b'\\"[' * 1_000 + b'"]',
        b'[["\\\\"],["]"],' + b"[]," * 100 + b"[]]",
    ],
)
def test_what_is_wide_is_not_deep(text: bytes) -> None:
    """Nor what has its brackets in strings."""
    assert not is_deep(text)


@pytest.mark.parametrize("text", [b"[" * 100, b'{"a":' * 100, b"[" * 100 + b'"' + b"]" * 100])
def test_what_never_ends_is_deep(text: bytes) -> None:
    """It is refused for that before anybody looks for its end."""
    assert is_deep(text)


def page(*items: str) -> list[tuple[Any, str]]:
    """Scan a page of items."""
    text = f'{{"items":[{",".join(items)}]}}'
    scanned = scan_page(text.encode(), "items", lambda item, raw: (item, raw))
    assert scanned.items is not None
    return scanned.items


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (json.dumps({"x": nested(DEEPEST)} | {"y": "z" * 999}), "nested too deeply"),
        (json.dumps([nested(20)] * 20), "hardly anything but brackets"),
        (json.dumps({"x": [{}] * 99}), "hardly anything but brackets"),
    ],
)
def test_an_item_of_brackets_is_unreadable_now_and_later(bad: str, why: str) -> None:
    """Alone, and between items that are read; whoever reads it again finds the same."""
    good = json.dumps({"x": nested(DEEPEST - 1), "y": "z" * 999})
    read = page(good, bad, '{"id":"a"}')
    assert [isinstance(item, Unreadable) for item, _ in read] == [False, True, False]
    assert [raw for _, raw in read] == [good, bad, '{"id":"a"}']
    for item in (read[1][0], read_item(bad)):
        assert why in item.reason
    assert not isinstance(read_item(good), Unreadable)


def test_an_item_has_as_many_brackets_as_its_bytes_can_mean_something_with() -> None:
    """A meeting of a thousand guests is one; few brackets always are."""
    guests = json.dumps({"attendees": [{"email": "a@b.cd"}] * 1_000}, separators=(",", ":"))
    few = json.dumps([{}] * (FEW_BRACKETS - 1))
    many = json.dumps(["x" * (SMALLEST_BRACKET - 4), []] * FEW_BRACKETS)
    for good in (guests, few, many):
        assert not isinstance(read_item(good), Unreadable)
    for bad in (json.dumps([{}] * FEW_BRACKETS), json.dumps(["", []] * FEW_BRACKETS)):
        assert isinstance(read_item(bad), Unreadable)


def test_equal_items_that_are_too_short_for_anything_are_read_once() -> None:
    """A page of hundreds of `{}` takes the time of one."""
    calls: list[str] = []

    def read(_: Any, raw: str) -> str:
        calls.append(raw)
        return raw

    text = f'{{"items":[{",".join(["{}", "1", "[ ]"] * 80)}]}}'
    scanned = scan_page(text.encode(), "items", read)
    assert (scanned.items, calls) == (["{}", "1", "[ ]"] * 80, ["{}", "1", "[ ]"])


SMALL_STACK = """
import threading
from kloudsync.errors import DecodeError
from kloudsync.http.scan import read_item, scan_page

deep = '{"x":' + "[" * 30_000 + "]" * 30_000 + "}"

def work():
    page = scan_page(f'{{"items":[{deep}]}}'.encode(), "items", lambda item, _: item.reason)
    print(*page.items, read_item(deep).reason, sep=chr(10))
    try:
        scan_page(f'{{"kind":{deep},"items":[]}}'.encode(), "items", print)
    except DecodeError:
        print("refused")

threading.stack_size(1 << 20)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


def test_what_is_deep_is_never_decoded() -> None:
    """In a thread with the stack of a small image it would end some interpreters (3.13.0)."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", SMALL_STACK], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["the JSON is nested too deeply"] * 2 + ["refused"]


def test_depth_is_looked_at_first() -> None:
    """Of an item that is deep nothing is decoded, not even a number of too many digits before it."""
    both = f'{{"n":{"9" * 5_000},"x":{json.dumps(nested(DEEPEST))}}}'
    for item in (page("1", both)[1][0], read_item(both)):
        assert item == Unreadable("the JSON is nested too deeply")


def test_a_deep_item_that_is_broken_breaks_its_page() -> None:
    """Where it does not end, nobody knows where the next one begins."""
    with pytest.raises(DecodeError, match="broken or cut off"):
        page("1", "[" * 100)
    with pytest.raises(DecodeError, match="broken or cut off"):
        page(json.dumps(nested(DEEPEST + 1)), '{"id" 1}')


def test_an_answer_that_is_deep_is_none() -> None:
    """It is refused before it is decoded, as one that ends in the middle is."""
    body = json.dumps(nested(DEEPEST + 1)).encode()
    with pytest.raises(DecodeError, match="more than 64 deep"):
        decode_json(Response(status=200, body=body))


def test_a_notification_that_is_deep_is_none() -> None:
    """Anybody can send one."""
    with pytest.raises(WebhookError, match="expected JSON"):
        unwrap(Arrival(body=b'{"value":' + b"[" * 9_000 + b"]" * 9_000 + b"}"), lambda _: None, 0.0)
