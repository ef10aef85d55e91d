"""Pages are read item by item, with the same meaning as reading them whole."""

from __future__ import annotations

import json
from typing import Any, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import DecodeError
from kloudsync.http.scan import FEW_ITEMS, MOST_ITEMS, ScannedPage, Unreadable, read_item, scan_page

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["items", "kind", "nextPageToken", "nextSyncToken", ""]) | st.text()
PAGES = st.dictionaries(NAMES, JSON | st.lists(JSON), max_size=6)
LAYOUTS = st.sampled_from(
    [
        {"separators": (",", ":")},
        {},
        {"indent": 1},
        {"indent": "\t", "ensure_ascii": False},
    ]
)


NOTES = st.text(alphabet='{}[],:"\\ kind', max_size=12)
TRICKS = st.sampled_from(['},{"kind":', '"},{"kind":"', '}, {"kind": "', "]}", "{" * 70]) | NOTES
ALIKE = st.lists(
    st.fixed_dictionaries(
        {"kind": TRICKS},
        optional={
            "notes": TRICKS,
            "guests": st.lists(st.fixed_dictionaries({"kind": TRICKS}), max_size=4),
            "few": st.just([{"kind": "a"}] * 80),
            "deep": st.just(json.loads("[" * 70 + "]" * 70)),
        },
    ),
    max_size=20,
)


class Kind(TypedDict, total=False):
    """The one member that a reader looks at."""

    kind: str


def scan(text: str) -> ScannedPage[tuple[Any, str]]:
    """Scan a page and keep its items beside their texts."""
    return scan_page(text.encode("utf-8", "surrogatepass"), "items", lambda item, raw: (item, raw))


def kind(item: Any, raw: str) -> tuple[str, str]:
    """Return what a reader of kinds sees of an item."""
    return item.reason if isinstance(item, Unreadable) else item["kind"], raw


def whole(page: ScannedPage[tuple[Any, str]]) -> dict[str, Any]:
    """Put a scanned page together again."""
    if page.items is None:
        return page.envelope
    return {**page.envelope, "items": [item for item, _ in page.items]}


@given(page=PAGES, layout=LAYOUTS)
def test_a_scan_finds_what_reading_the_page_whole_finds(
    page: dict[str, Any], layout: dict[str, Any]
) -> None:
    """For any page in any layout the scan equals `json.loads`, and each slice is its item."""
    text = json.dumps(page, **layout)

    scanned = scan(text)

    assert whole(scanned) == json.loads(text)
    for item, raw in scanned.items or ():
        assert json.loads(raw) == item == read_item(raw)


@given(items=ALIKE, layout=LAYOUTS)
def test_items_that_are_written_alike_are_what_each_is_by_itself(
    items: list[Any], layout: dict[str, Any]
) -> None:
    """Whatever stands between them may stand in their strings, and in their lists, too."""
    text = json.dumps({"items": items, "next": "n"}, **layout)
    page = scan(text)

    assert page.envelope == {"next": "n"}
    read = page.items or []
    assert [item for item, _ in read] == [read_item(raw) for _, raw in read]
    assert [json.loads(raw) for _, raw in read] == items
    assert scan_page(text.encode(), "items", kind, Kind).items == [kind(*one) for one in read]


@given(items=st.lists(st.text(alphabet='{}[],:"1 k', max_size=9), min_size=2, max_size=9))
def test_broken_items_are_refused_however_alike_they_are(items: list[str]) -> None:
    """A page whose items are no JSON is none, and one whose items are is what `json.loads` says."""
    text = "[" + ",".join(f'{{"kind":{item}}}' for item in items) + "]"
    try:
        expected = json.loads(text)
    except ValueError:
        for members in (None, Kind):
            with pytest.raises(DecodeError):
                scan_page(f'{{"items":{text}}}'.encode(), "items", kind, members)
    else:
        assert whole(scan(f'{{"items":{text}}}')) == {"items": expected}


@given(members=st.lists(st.tuples(NAMES, JSON | st.lists(JSON)), max_size=6))
def test_of_doubled_members_the_last_one_counts(members: list[tuple[str, Any]]) -> None:
    """A name that occurs twice means what it means to `json.loads`, the item array included."""
    pairs = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in members)
    text = "{" + ", ".join(pairs) + "}"

    assert whole(scan(text)) == json.loads(text)


@given(page=PAGES, layout=LAYOUTS, data=st.data())
def test_a_page_that_was_cut_off_is_refused(
    page: dict[str, Any], layout: dict[str, Any], data: st.DataObject
) -> None:
    """Whatever is missing at the end, no half page passes for a whole one."""
    text = json.dumps({"items": [], **page}, **layout)
    length = data.draw(st.integers(0, len(text) - 1))

    with pytest.raises(DecodeError):
        scan(text[:length])


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [1 2]}',
        '{"items": [1,]}',
        '{"items": [,1]}',
        '{"items": [1]} x',
        '{"items": [1], }',
        '{"items" [1]}',
        "{items: []}",
        "{1: 2}",
        '{"a": nul}',
        '{"items": [{"a" 1}]}',
        '{"items": [tru]}',
        "[]",
        "null",
    ],
)
def test_text_that_is_no_json_object_is_refused(text: str) -> None:
    """Broken JSON, and JSON that is no object, are decode errors."""
    with pytest.raises(DecodeError, match="expected a page of JSON"):
        scan(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("", "nothing"), ("  \n", "nothing"), ("<html>", "HTML or XML"), ("secret", "something else")],
)
def test_a_refusal_names_the_kind_of_text_but_never_shows_it(text: str, kind: str) -> None:
    """What arrived instead of a page may be private."""
    with pytest.raises(DecodeError, match=f"found {kind}$"):
        scan(text)


def test_arrays_of_the_same_name_further_down_are_left_alone() -> None:
    """Only the page's own array is read item by item."""
    text = '{"meta": {"items": [1]}, "items": [{"items": [2]}]}'

    page = scan(text)

    assert page.items == [({"items": [2]}, '{"items": [2]}')]
    assert page.envelope == {"meta": {"items": [1]}}


def test_an_item_nested_too_deeply_does_not_stop_the_page() -> None:
    """Such an item is handed over as unreadable, with its text, and the next ones follow."""
    deep = '{"id": "]}\\"", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"

    page = scan(f'{{"items": [1, {deep} , 2], "kind": "k"}}')

    assert page.items == [
        (1, "1"),
        (Unreadable("the JSON is nested too deeply"), deep),
        (2, "2"),
    ]
    assert page.envelope == {"kind": "k"}


def test_a_number_of_too_many_digits_does_not_stop_the_page() -> None:
    """Python refuses to read it, and so it is handed over as unreadable."""
    long = '{"n": ' + "9" * 5000 + "}"

    page = scan(f'{{"items": [{long}, 2]}}')

    assert page.items is not None
    assert isinstance(page.items[0][0], Unreadable)
    assert page.items[1] == (2, "2")
    assert isinstance(read_item(long), Unreadable)


@pytest.mark.parametrize("value", ["[" * 100_000 + "]" * 100_000, "9" * 5000])
def test_a_member_that_cannot_be_decoded_is_refused(value: str) -> None:
    """Outside of the items nothing may be left out."""
    with pytest.raises(DecodeError):
        scan(f'{{"kind": {value}, "items": []}}')


@pytest.mark.parametrize("inner", ["[" * 100_000, "9" * 5000])
def test_an_unreadable_item_without_an_end_is_refused(inner: str) -> None:
    """Where the item does not end, neither does the page."""
    with pytest.raises(DecodeError):
        scan(f'{{"items": [{{"x": {inner}')


@pytest.mark.parametrize("size", [0, 2_000])
def test_a_member_that_is_deep_is_refused_on_pages_of_every_size(size: int) -> None:
    """A short page without items is no exception: it is looked at before it is decoded, too."""
    deep = "[" * 100 + "]" * 100
    with pytest.raises(DecodeError):
        scan(f'{{"items":[],"other":{deep},"more":"{"x" * size}"}}')


def test_raw_control_characters_are_accepted_in_strings() -> None:
    """They are against RFC 8259, section 7, but harm nobody."""
    assert scan('{"items": ["a\x01\n"]}').items == [("a\x01\n", '"a\x01\n"')]


def test_a_page_of_more_items_than_any_service_sends_is_refused() -> None:
    """Each item takes a hundred times the two bytes that it came in."""
    item = '{"id":"a","b":1}'
    assert len(listed([item] * MOST_ITEMS)) == MOST_ITEMS
    with pytest.raises(DecodeError, match="at most 10000 items on a page of"):
        listed([item] * (MOST_ITEMS + 1))


def listed(items: list[str]) -> list[Any]:
    """Scan a page of items."""
    page = scan_page(f'{{"items":[{",".join(items)}]}}'.encode(), "items", lambda item, _: item)
    return page.items or []


@pytest.mark.parametrize("scrap", ["{}", "1", '{"a":1}', "null"])
def test_a_page_of_scraps_is_no_page(scrap: str) -> None:
    """Reading a byte of it takes many times what one of an event takes; a few beside events are fine."""
    assert len(listed([scrap] * FEW_ITEMS)) == FEW_ITEMS
    with pytest.raises(DecodeError, match="at most 250 items"):
        listed([scrap] * (FEW_ITEMS + 1))
    events = [f'{{"id":"event{n}","summary":"{"x" * 100}"}}' for n in range(500)]
    assert len(listed([*events, *[scrap] * 1_000])) == 1_500
