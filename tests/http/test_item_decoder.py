"""With msgspec and without it, an item says the same to whoever looks at some of its members."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kloudsync.http.item_decoder import Decode, decode_whole, item_decoder
from kloudsync.http.json_kinds import is_array, is_object


class Inner(TypedDict, total=False):
    """What is looked at one level down."""

    who: str
    self: bool


class Members(TypedDict, total=False):
    """What is looked at."""

    id: str
    lines: list[str]
    inner: Inner
    guests: list[Inner]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
INNER = st.dictionaries(st.sampled_from(["who", "self", "x"]), SCALARS, max_size=3)
VALUES = SCALARS | INNER | st.lists(SCALARS | INNER, max_size=3)
ITEMS = st.dictionaries(st.sampled_from([*Members.__annotations__, "x", "y"]), VALUES, max_size=5)
STRINGS = ['"id"', '"x"', '"i\\u0064"', '"a"', '"é"', '"\x01"', '"\\/"', '"\\x"', '"\\u12"', '"']
HALVES = ['"\\ud800"', '"\\ud83d\\ude00"', '"\\ud800\\u0041"']
NUMBERS = ["1", "01", "1.", "1.0", "-", "-0", "1e2", "1e", "1e999", "9" * 30, "9" * 5_000]
WORDS = ["true", "null", "NaN", "-Infinity", "tru", "'", "\\", "\ufeff", "\x0b", "\xa0", " ", "\n"]
SCRAPS = st.sampled_from([*":,:,{}[]", *STRINGS, *HALVES, *NUMBERS, *WORDS])


def looked_at(value: Any, members: type) -> Any:
    """Return of an object what is named; anything else as it is."""
    if is_array(value):
        return [looked_at(one, members) for one in value]
    if not is_object(value):
        return value
    found = {name: one for name, one in value.items() if name in members.__annotations__}
    return {name: looked_at(one, Inner) for name, one in found.items()}


def outcome(decode: Decode, text: str) -> str:
    """Return what a decoder makes of the members that are looked at, types included, or that it refuses."""
    try:
        return repr(looked_at(decode(text), Members))
    except (ValueError, RecursionError):
        return "refused"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    assert item_decoder(Members) is not decode_whole


@given(item=ITEMS, indent=st.none() | st.integers(0, 1), plain=st.booleans())
def test_of_any_item_the_same_is_seen(item: Any, indent: int | None, *, plain: bool) -> None:
    """Whatever its members are, in whatever layout."""
    text = json.dumps(item, indent=indent, ensure_ascii=plain)
    assert outcome(item_decoder(Members), text) == outcome(decode_whole, text)


@settings(max_examples=400)
@given(scraps=st.lists(SCRAPS, max_size=9))
@example(scraps=['"id":1,"id":"b"'])
@example(scraps=['"x":', "9" * 5_000])
@example(scraps=['"x":', "[" * 5_000])
@example(scraps=['"x":', "[" * 2_000, "]" * 2_000])
def test_of_any_text_the_same_is_seen(scraps: list[str]) -> None:
    """What is no JSON is none to either; what json alone takes is read with json."""
    text = f"{{{''.join(scraps)}}}"
    assert outcome(item_decoder(Members), text) == outcome(decode_whole, text)


def test_what_nobody_looks_at_is_not_made() -> None:
    """That is what the time is saved by; a member of another type makes the whole item one of json."""
    decode = item_decoder(Members)
    assert decode('{"id":"a","x":[1,2],"inner":{"who":"b","y":1}}') == {
        "id": "a",
        "inner": {"who": "b"},
    }
    assert decode('{"id":"a","x":[1,2],"inner":null}') == {"id": "a", "x": [1, 2], "inner": None}


def test_msgspec_is_an_extra(decoder: str) -> None:
    """Without it all is read with json; nobody has to have it."""
    assert (item_decoder(Members) is decode_whole) == (decoder == "json")
