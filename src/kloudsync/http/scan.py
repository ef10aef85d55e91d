"""Pages of JSON read item by item, so that memory is bounded by one item and not by the page.

The items of a page are decoded one at a time, handed over together with the text
that they came from, and dropped. That costs less than decoding the whole page, since
the garbage collector never meets a tree of thousands of objects, and the text can be
stored as it was received instead of being encoded again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from json import JSONDecodeError
from typing import Any, Final, Generic, TypeVar, cast

from attrs import field, frozen

from kloudsync.errors import DecodeError
from kloudsync.http.density import FEW_BRACKETS, brackets_of, is_dense
from kloudsync.http.depth import DEEPEST, is_deep
from kloudsync.http.item_decoder import decode_at, item_decoder
from kloudsync.http.json_kinds import is_object

R = TypeVar("R")

MOST_ITEMS: Final = 10_000
"""Items of one page; services send a quarter of that at most, whatever they are asked for."""

FEW_ITEMS: Final = 250
"""So many items a page may have, however small they are."""

SMALLEST_ITEM: Final = 16
"""Characters that each item of a larger page takes on average; `{"id":"a","b":1}` are as many."""

_OPEN: Final = re.compile(r"[ \t\n\r]*\{[ \t\n\r]*")
_COLON: Final = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_ARRAY: Final = re.compile(r"\[[ \t\n\r]*(\]?)")
_AFTER_MEMBER: Final = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*(?=\")|(\}))")
_AFTER_ITEM: Final = re.compile(r"[ \t\n\r]*(?:,[ \t\n\r]*|(\]))")
_TINY: Final = 16
"""Characters of items that are too short to be anything, of which equal ones are read once."""

_SHORT: Final = 1024
"""Characters; what is longer has items, and would be decoded twice."""

_NEAR: Final = 4096
"""Characters within which most values end, and in which few brackets show that they are not deep."""

_FAR: Final = 65_536
"""So many characters on, the next of items that are written alike is looked for."""

_MOST_STRANGERS: Final = 8
"""After so many items unlike the one before them, no more of a page are taken to be alike."""

_FEW: Final = min(FEW_BRACKETS, DEEPEST)
"""Brackets of a text that is neither deep nor dense, whatever its order."""

_END: Final = re.compile(r"[ \t\n\r]*")
# From the end of an item to the name of the first member of the next one.
_BETWEEN: Final = re.compile(
    r"\}([ \t\n\r]{0,16},[ \t\n\r]{0,16})\{[ \t\n\r]{0,16}\"[^\"\\]{0,16}\""
)
# A string without an end is taken whole, so that none of it is looked at again.
_NESTING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[{]++|[\]}]++', re.DOTALL)


@frozen
class Unreadable:
    """Stands for an item that is JSON, but more than can be decoded.

    Attributes:
        reason: What is wrong with it.
    """

    reason: str


_DEEP: Final = Unreadable("the JSON is nested too deeply")
_DENSE: Final = Unreadable("the JSON is hardly anything but brackets")


def _is_deep(text: str) -> bool:
    # Each row that is read again comes by here, and hardly any has so many.
    few = brackets_of(text) <= DEEPEST
    return not few and is_deep(text.encode("utf-8", "surrogatepass"))


def _contents(item: Any, raw: str) -> Any:
    """Return an item, or what stands for one that would take long whenever it is looked at."""
    return _DENSE if is_dense(raw) and not isinstance(item, Unreadable) else item


@frozen(kw_only=True)
class ScannedPage(Generic[R]):
    """A page, with each of its items as the reader made it.

    Attributes:
        items: What the reader returned, in order; None where the page has no such array.
        envelope: All other members of the page.
    """

    items: list[R] | None
    envelope: dict[str, Any] = field(repr=False)


def scan_page(
    body: bytes, array: str, read: Callable[[Any, str], R], members: type | None = None
) -> ScannedPage[R]:
    """Read a page of JSON, its items one at a time.

    Of members with the same name the last one counts, as in `json.loads`.

    Args:
        body: A JSON object in UTF-8; bytes that are none are replaced.
        array: The name of its member that holds the items, such as `items`.
        read: Takes an item and the text that it came from. The item is an `Unreadable`
            where it is nested too deeply, hardly anything but brackets, or holds a number of too
            many digits. Of items that are
            short and equal, such as thousands of `{}`, it is given the first, and answers for all.
        members: Names the members of an item that the reader looks at, as `item_decoder` takes it,
            so that the others need not be made; None where it looks at all of them.

    Raises:
        DecodeError: The body is no JSON object, ends too early, or has more items than any page of
            its length.
    """
    text = body.decode("utf-8", "replace")
    # One with many brackets may be deep, and is not decoded before that is looked at.
    short = len(text) <= _SHORT and brackets_of(text) <= _FEW
    if short and (page := _without_items(text, array)):
        return page
    start = _OPEN.match(text)
    if start is None:
        raise DecodeError(f"expected a page of JSON, found {_kind_of(text)}")
    return _Walk(text, array, read, members).page(start.end())


def _without_items(text: str, array: str) -> ScannedPage[Any] | None:
    """Read a page that has no items, as most of those do that tell what changed; None if it is another."""
    try:
        page, end = decode_at(text)
    except (ValueError, RecursionError):
        return None
    if type(page) is not dict:
        return None
    envelope = cast("dict[str, Any]", page)
    if envelope.get(array) != [] or not _is_over(text, end):
        return None
    del envelope[array]
    return ScannedPage(items=[], envelope=envelope)


def _is_over(text: str, end: int) -> bool:
    return end == len(text) or not text[end:].strip(" \t\n\r")


def read_item(text: str) -> Any:
    """Decode an item's text again, as `scan_page` does; an `Unreadable` where that fails."""
    # Looked at first: where the stack of a thread is small, decoding it may end the interpreter.
    if _is_deep(text):
        return _DEEP
    try:
        return _contents(decode_at(text)[0], text)
    except (ValueError, RecursionError) as error:
        return _unreadable(error)


class _Walk(Generic[R]):
    """One walk over one page; every method starts at an index and returns where it ended."""

    def __init__(
        self, text: str, array: str, read: Callable[[Any, str], R], members: type | None
    ) -> None:
        self._text = text
        self._array = array
        self._read = read
        self._items: list[R] | None = None
        self._envelope: dict[str, Any] = {}
        self._members_read = members
        self._strangers = 0

    @cached_property
    def _deep(self) -> bool:
        """Whether anything in the page may be nested too deeply."""
        # Items are within the page and its list.
        return is_deep(self._text.encode(), DEEPEST + 2)

    def page(self, index: int) -> ScannedPage[R]:
        empty = self._text.startswith("}", index)
        index = index + 1 if empty else self._members(index)
        if self._spaces(index) != len(self._text):
            raise self._broken(index)
        return ScannedPage(items=self._items, envelope=self._envelope)

    def _members(self, index: int) -> int:
        while True:
            index = self._member(index)
            after = _AFTER_MEMBER.match(self._text, index)
            if after is None:
                raise self._broken(index)
            index = after.end()
            if after[1]:
                return index

    def _member(self, index: int) -> int:
        name, index = self._value(index)
        colon = _COLON.match(self._text, index)
        if colon is None or not isinstance(name, str):
            raise self._broken(index)
        index = colon.end()
        if name == self._array and self._text.startswith("[", index):
            self._envelope.pop(name, None)
            return self._array_of_items(index)
        if name == self._array:
            self._items = None
        self._envelope[name], index = self._value(index)
        return index

    def _array_of_items(self, index: int) -> int:
        self._items = []
        start = _ARRAY.match(self._text, index)
        if start is None:
            raise self._broken(index)
        return start.end() if start[1] else self._fill(self._items, start.end())

    def _fill(self, items: list[R], index: int) -> int:
        text, read, decode = self._text, self._read, self._item
        most = min(MOST_ITEMS, max(FEW_ITEMS, len(text) // SMALLEST_ITEM))
        tiny: dict[str, R] = {}
        while True:
            item, end = decode(index)
            if len(items) == most:
                raise DecodeError(
                    f"expected at most {most} items on a page of {len(text)} characters, found more"
                )
            raw = text[index:end]
            if len(raw) > _TINY:
                items.append(read(_contents(item, raw), raw))
            else:
                if raw not in tiny:
                    tiny[raw] = read(item, raw)
                items.append(tiny[raw])
            after = _AFTER_ITEM.match(text, end)
            if after is None:
                raise self._broken(end)
            index = after.end()
            if after[1]:
                return index
            if is_object(item):
                index = self._alike(items, most, end - 1, index)

    def _alike(self, items: list[R], most: int, closing: int, index: int) -> int:
        """Read items for as long as they are written alike: what stands between them stands between the next ones.

        Each is looked at and decoded by itself. Where that fails, or it has many brackets, it is
        left to be looked at closely, since what looked like its end may not have been it.

        Returns:
            Where the first item begins that is left.
        """
        text, read = self._text, self._read
        between = _BETWEEN.match(text, closing)
        if between is None or self._strangers > _MOST_STRANGERS:
            return index
        decode = item_decoder(self._members_read)
        mark, gap = between[0], between.end(1) - closing
        while len(items) < most and (closing := text.find(mark, index, index + _FAR)) >= 0:
            raw = text[index : closing + 1]
            if len(raw) <= _TINY or brackets_of(raw) > _FEW:
                break
            try:
                item = decode(raw)
            except (ValueError, RecursionError):
                break
            items.append(read(item, raw))
            index = closing + gap
        self._strangers += 1
        return index

    def _item(self, index: int) -> tuple[Any, int]:
        try:
            return self._decoded(index)
        except JSONDecodeError as error:
            raise self._broken(index) from error
        except (ValueError, RecursionError) as error:
            return _unreadable(error), self._closing(index)

    def _value(self, index: int) -> tuple[Any, int]:
        try:
            value, end = self._decoded(index)
        except (ValueError, RecursionError) as error:
            raise self._broken(index) from error
        if value is _DEEP:
            raise self._broken(index)
        return value, end

    def _decoded(self, index: int) -> tuple[Any, int]:
        """Decode a value, unless it is deep; the page is looked at only for values that are long, or may be."""
        if not self._text.startswith(("{", "["), index):
            return decode_at(self._text, index)
        near = self._text[index : index + _NEAR]
        if len(near) < len(self._text) and brackets_of(near) <= _FEW:
            with suppress(ValueError, RecursionError):
                value, end = decode_at(near)
                if end < len(near):
                    return value, index + end
        if self._deep and (behind := self._end_of_deep(index)):
            return _DEEP, behind
        return decode_at(self._text, index)

    def _end_of_deep(self, index: int) -> int | None:
        """Return where a list or an object ends that must not be decoded; None for any other."""
        end = self._closing(index)
        return end if _is_deep(self._text[index:end]) else None

    def _closing(self, index: int) -> int:
        """Find the end of an item that cannot be decoded, by its brackets alone."""
        depth = 0
        if self._text[index : index + 1] in ("{", "["):
            for token in _NESTING.finditer(self._text, index):
                run = token[0]
                if run[0] in "{[":
                    depth += len(run)
                elif run[0] in "]}":
                    depth -= len(run)
                    if depth <= 0:
                        return token.end() + depth
        raise self._broken(index)

    def _spaces(self, index: int) -> int:
        spaces = _END.match(self._text, index)
        return spaces.end() if spaces else index

    def _broken(self, index: int) -> DecodeError:
        return DecodeError(
            f"expected a page of JSON, found text that is broken or cut off near character "
            f"{index} of {len(self._text)}"
        )


def _unreadable(error: Exception) -> Unreadable:
    if isinstance(error, RecursionError):
        return _DEEP
    return Unreadable(f"the JSON cannot be decoded ({error})")


def _kind_of(text: str) -> str:
    """Name what arrived instead, without showing it: it may be private."""
    if not text.strip():
        return "nothing"
    return "HTML or XML" if text.lstrip().startswith("<") else "something else"
