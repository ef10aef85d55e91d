"""`$filter` of OData, as far as events and calendars are filtered by it."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.call import Call
from kloudsync.testing.microsoft.refusals import bad_request

Test = Callable[[Any], Any]
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_@$][\w./@$]*(?:/[\w.]+)*)|(?P<sign>[(),:]))"
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "gt": lambda one, other: bool(one > other),
    "ge": lambda one, other: bool(one >= other),
    "lt": lambda one, other: bool(one < other),
    "le": lambda one, other: bool(one <= other),
}


def _text(value: Any) -> str:
    return str(value).lower()


_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    "startswith": lambda given: _text(given[0]).startswith(_text(given[1])),
    "endswith": lambda given: _text(given[0]).endswith(_text(given[1])),
    "contains": lambda given: _text(given[1]) in _text(given[0]),
    "tolower": lambda given: _text(given[0]),
    "toupper": lambda given: str(given[0]).upper(),
}
_ARGUMENTS = {"startswith": 2, "endswith": 2, "contains": 2, "tolower": 1, "toupper": 1}
_WORDS = {"true": True, "false": False, "null": None}


def wanted(row: Resource, call: Call) -> bool:
    """Tell whether a row passes the `$filter` of a request; without one, it does."""
    text = call.query.get("$filter")
    return not text or bool(parse_filter(text)(row))


def value_at(row: Any, path: str) -> Any:
    """Read the value at a path such as `start/dateTime`."""
    for name in path.split("/"):
        if not isinstance(row, dict):
            return None
        row = cast("Resource", row).get(name)
    return row


def parse_filter(text: str) -> Test:
    """Read an expression; what it yields tells whether a row passes.

    Raises:
        Refusal: 400 for what is no expression.
    """
    parser = _Parser(list(_tokens(text)), text)
    test = parser.disjunction()
    parser.end()
    return test


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _misread(text)
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


def _misread(text: str) -> Exception:
    return bad_request(f"Invalid filter clause: There is an unterminated literal in '{text}'.")


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._text = text

    def end(self) -> None:
        """Refuse what is left over."""
        if self._at < len(self._tokens):
            raise _misread(self._text)

    def disjunction(self) -> Test:
        """Read parts joined by `or`."""
        test = self._conjunction()
        while self._takes("or"):
            test = _either(test, self._conjunction())
        return test

    def _conjunction(self) -> Test:
        test = self._negation()
        while self._takes("and"):
            test = _both(test, self._negation())
        return test

    def _negation(self) -> Test:
        if self._takes("not"):
            inner = self._negation()
            return lambda row: not inner(row)
        return self._comparison()

    def _comparison(self) -> Test:
        if self._takes("("):
            test = self.disjunction()
            self._demand(")")
            return test
        left = self._operand()
        word = self._peek()
        if word not in _COMPARISONS:
            return left
        self._at += 1
        return _compared(_COMPARISONS[word], left, self._operand())

    def _operand(self) -> Test:
        kind, text = self._next()
        if kind == "text":
            return _constant(text[1:-1].replace("''", "'"))
        if kind == "moment":
            return _constant(text)
        if kind == "number":
            return _constant(float(text))
        if kind != "name":
            raise _misread(self._text)
        if text in _WORDS:
            return _constant(_WORDS[text])
        if self._takes("("):
            return self._called(text)
        return lambda row: value_at(row, text)

    def _called(self, name: str) -> Test:
        path, _, last = name.rpartition("/")
        if path and last in {"any", "all"}:
            return self._lambda(path, last)
        if name not in _FUNCTIONS:
            raise _misread(self._text)
        arguments = [self._operand()]
        while self._takes(","):
            arguments.append(self._operand())
        self._demand(")")
        if len(arguments) != _ARGUMENTS[name]:
            raise _misread(self._text)
        function = _FUNCTIONS[name]
        return lambda row: function([each(row) for each in arguments])

    def _lambda(self, path: str, word: str) -> Test:
        variable = self._next()[1]
        self._demand(":")
        inner = self.disjunction()
        self._demand(")")
        judge = any if word == "any" else all
        return lambda row: judge(inner({variable: each}) for each in value_at(row, path) or ())

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise _misread(self._text)
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, word: str) -> bool:
        taken = self._peek() == word
        self._at += taken
        return taken

    def _demand(self, word: str) -> None:
        if not self._takes(word):
            raise _misread(self._text)


def _constant(value: Any) -> Test:
    return lambda _: value


def _either(one: Test, other: Test) -> Test:
    return lambda row: one(row) or other(row)


def _both(one: Test, other: Test) -> Test:
    return lambda row: one(row) and other(row)


def _compared(compare: Callable[[Any, Any], bool], left: Test, right: Test) -> Test:
    def test(row: Any) -> bool:
        one, other = _alike(left(row), right(row))
        try:
            return compare(one, other)
        except TypeError:
            return False

    return test


def _alike(one: Any, other: Any) -> tuple[Any, Any]:
    """Compare times as times, texts without case, and everything else as it is."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return one, other
    times = _moment(one), _moment(other)
    return times if None not in times else (one.lower(), other.lower())


def _moment(text: str) -> datetime | None:
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
