"""No pattern takes more than proportional time, whatever a stranger writes: `re` lets no thread run."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from operator import itemgetter
from time import process_time
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from tests.security.modules import modules

# The standard library's own parser of patterns, of which no other name is public.
PARSER: Any = getattr(re, "_parser")  # noqa: B009 - it has no type

SIZE = 1_200
"""Characters of the shortest input."""

_TINY = 20

UNNOTICED = 0.01
"""Seconds of CPU below which nothing is measured."""


class Named(NamedTuple):
    """A compiled pattern of a module, and how the module uses it."""

    module: str
    name: str
    pattern: re.Pattern[Any]
    ways: frozenset[str]


def patterns() -> Iterator[Named]:
    """Yield every compiled pattern that a module or class of the package holds."""
    seen: set[int] = set()
    for module in modules():
        for name, value in _members(module):
            for pattern in _patterns_in(value):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    yield Named(module.__name__, name, pattern, _ways(module, name))


def _members(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in list(vars(module).items()):
        yield name, value
        if inspect.isclass(value) and value.__module__ == module.__name__:
            yield from list(vars(value).items())


def _patterns_in(value: Any) -> Iterable[re.Pattern[Any]]:
    is_table, is_listing = isinstance(value, dict), isinstance(value, tuple | list | set)
    several: Any = value.values() if is_table else value
    held: list[Any] = list(several) if is_table or is_listing else [value]
    found: list[Any] = [one for one in held if isinstance(one, re.Pattern)]
    return found


def _ways(module: ModuleType, name: str) -> frozenset[str]:
    """Return how a module calls a pattern; from anywhere, where that cannot be seen."""
    used = re.findall(rf"\b{re.escape(name)}\.(\w+)\(", inspect.getsource(module))
    return frozenset({"match" if way in {"match", "fullmatch"} else "search" for way in used}) or (
        frozenset({"search"})
    )


def samples(pattern: re.Pattern[Any]) -> list[str]:
    """Return short texts that a pattern is made of: each run of letters, each class, each branch."""
    text = pattern.pattern
    text = text.decode("latin-1") if isinstance(text, bytes) else text
    found: dict[str, None] = {}
    _collect(PARSER.parse(text, pattern.flags & ~re.UNICODE), found)
    return [one for one in found if one][:14]


def _collect(parsed: Any, found: dict[str, None]) -> str:
    """Note what the parts of a pattern match, and return one text that all of it matches."""
    whole, run = "", ""
    for kind, value in parsed:
        sample = _sample(str(kind), value, found)
        run = run + sample if str(kind) == "LITERAL" else ""
        if run:
            found[run] = None
        found[sample[:20]] = None
        whole += sample
    found[whole[:40]] = None
    return whole


def _sample(kind: str, value: Any, found: dict[str, None]) -> str:
    """Return a text that one part of a pattern matches."""
    if kind in _WITHIN:
        return _collect(_WITHIN[kind](value), found) * _times(kind, value)
    if kind == "BRANCH":
        first, *_ = [_collect(branch, found) for branch in value[1]]
        return first
    if kind == "IN":
        return _one_of(value)
    if kind in {"LITERAL", "NOT_LITERAL"}:
        return chr(value) if kind == "LITERAL" else "ab"[chr(value) == "a"]
    return "a" if kind == "ANY" else ""


def _times(kind: str, value: Any) -> int:
    if kind.startswith("ASSERT"):
        return 0
    return max(value[0], 1) if kind.endswith("REPEAT") else 1


_WITHIN: dict[str, Callable[[Any], Any]] = {
    "MAX_REPEAT": itemgetter(2),
    "MIN_REPEAT": itemgetter(2),
    "POSSESSIVE_REPEAT": itemgetter(2),
    "SUBPATTERN": itemgetter(3),
    "ATOMIC_GROUP": lambda value: value,
    "ASSERT": itemgetter(1),
    "ASSERT_NOT": itemgetter(1),
}
"""Where the parts of a pattern hold others, by kind."""


def _one_of(members: Any) -> str:
    allowed = re.compile(_class_of(members), re.DOTALL)
    return next((one for one in "a0A_-. \t:;,=/@\"'([{\\\n" if allowed.match(one)), "a")


def _class_of(members: Any) -> str:
    parts = {str(kind): value for kind, value in members}
    negated = "NEGATE" in parts
    text = ""
    for kind, value in members:
        match str(kind):
            case "LITERAL":
                text += re.escape(chr(value))
            case "RANGE":
                text += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
            case "CATEGORY":
                text += {
                    "CATEGORY_DIGIT": r"\d",
                    "CATEGORY_SPACE": r"\s",
                    "CATEGORY_WORD": r"\w",
                }.get(str(value), r"\S")
            case _:
                pass
    return f"[{'^' if negated else ''}{text}]"


def inputs(pattern: re.Pattern[Any], size: int) -> Iterator[str]:
    """Yield long texts made of what the pattern is made of, mostly such as it matches nearly."""
    parts = samples(pattern)
    for first, part in product(["", *parts[:6]], parts):
        for last in ("", "\0", "\\"):
            yield first + part * (size // len(part)) + last
    for one, other in product(parts[:8], repeat=2):
        both = one + other
        yield both * (size // len(both)) + "\0"


def cost(named: Named, text: str) -> float:
    """Return the seconds of CPU that all uses of a pattern take, the least of two tries."""
    given: Any = (
        text.encode("utf-8", "replace") if isinstance(named.pattern.pattern, bytes) else text
    )
    spent: list[float] = []
    for _ in range(2):
        began = process_time()
        if "match" in named.ways:
            named.pattern.match(given)
            named.pattern.fullmatch(given)
        if "search" in named.ways:
            named.pattern.findall(given)
        spent.append(process_time() - began)
    return min(spent)


def grows(named: Named) -> str | None:
    """Return an input of which four times as much takes far more than four times as long, or None."""
    for tiny in inputs(named.pattern, _TINY):
        # Exponential ones would not come back from more.
        if cost(named, tiny) > UNNOTICED:
            return tiny
    for small, large in zip(
        inputs(named.pattern, SIZE), inputs(named.pattern, 4 * SIZE), strict=True
    ):
        # Linear patterns take four times as long, quadratic ones sixteen times.
        spent = cost(named, large)
        if spent > UNNOTICED and spent > 9 * cost(named, small):
            return small[:60]
    return None


@pytest.mark.parametrize(
    "named", list(patterns()), ids=lambda named: f"{named.module}.{named.name}"
)
def test_a_pattern_takes_time_in_proportion_to_its_text(named: Named) -> None:
    """Four times the text takes about four times as long, however the text is made."""
    assert grows(named) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"TZID=.*?:(?=[0-9]{4})",
        r"(RRULE:[^\r\n]*);UNTIL=([0-9]{8})(?:T[0-9]{6}Z?)?((?:;[^\r\n]*)?)",
        r"[^\s/,;]+(@|%40)",
        r"\S*[\d@=]\S*",
        r'"[^"\\]*(?:\\.[^"\\]*)*"',
        r"(a+)+b",
    ],
)
def test_a_pattern_that_looks_again_and_again_is_noticed(pattern: str) -> None:
    """These took quadratic time and more, and are not to come back."""
    ways = frozenset({"match", "search"})
    assert grows(Named("", "", re.compile(pattern), ways)) is not None


@pytest.mark.parametrize("pattern", [r"[0-9]+", r"(?:a|b)*", r'"[^"]*"', r"(?<!\S)\S+@"])
def test_a_pattern_that_looks_once_is_not(pattern: str) -> None:
    """What is linear stays unnoticed, however long the text."""
    ways = frozenset({"match", "search"})
    assert grows(Named("", "", re.compile(pattern), ways)) is None
