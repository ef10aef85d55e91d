"""JSON on the wire, attrs values in the program: one small codec for all providers.

A wire class mirrors one JSON object of a vendor: its fields are the vendor's
in snake case, and default to `UNSET` where they may be absent. What the class
does not name is kept in `extra` and goes back out as it came in. Enumerations
are open: a field typed `Status | str` holds the member where the value is
known, and the text where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar, cast

from attrs import evolve, field, fields, frozen, has, resolve_types
from cattrs import BaseValidationError, Converter, transform_error
from cattrs.gen import make_dict_structure_fn, override

from kloudsync.errors import DecodeError, UsageError
from kloudsync.http.containers import configure_containers
from kloudsync.http.density import TooDense
from kloudsync.http.depth import TooDeep
from kloudsync.http.message import Response
from kloudsync.http.scalars import Reader, Writer, configure_scalars, expected
from kloudsync.http.unset import UNSET

T = TypeVar("T")
Rename: TypeAlias = Callable[[str], str]

WIRE_NAME = "wire_name"
"""Metadata key of a field whose vendor name does not follow from its own."""

_INVALID = (ValueError, TypeError, AttributeError, KeyError, BaseValidationError)


@frozen(kw_only=True, repr=False)
class JSONObject:
    """A JSON object: its named fields, and whatever else it held.

    Attributes:
        extra: Members that the class does not name, by their names on the wire. The repr shows
            their names: what nobody knows may be a secret.
    """

    extra: Mapping[str, Any] = field(factory=dict[str, Any], repr=lambda extra: str(list(extra)))

    def __repr__(self) -> str:
        """Show the fields that are set, but for the secret ones."""
        held = [(a, getattr(self, a.name)) for a in fields(type(self)) if a.repr]
        given = [
            f"{a.name}={a.repr(value) if callable(a.repr) else repr(value)}"
            for a, value in held
            if value is not UNSET and (a.name != "extra" or self.extra)
        ]
        return f"{type(self).__name__}({', '.join(given)})"


resolve_types(JSONObject)  # for classes of other modules that inherit its constructor


def camel_case(name: str) -> str:
    """Turn `time_zone` into `timeZone`."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def wire_names(cls: type[Any], rename: Rename = camel_case) -> dict[str, str]:
    """Return the vendor's name of each field of a wire class, by the field's own name."""
    named = (a for a in fields(cls) if a.name != "extra")
    return {a.name: a.metadata.get(WIRE_NAME) or rename(a.name) for a in named}


@frozen
class Codec:
    """Reads and writes one vendor's JSON.

    Reading is tolerant: unknown members and enumeration values survive, and null
    where no null is documented counts as absent. Writing is strict: a value of the
    wrong type is refused before anything is sent.

    Attributes:
        rename: Turns a field's name into the vendor's.
    """

    _quick: Converter = field(repr=False)
    _thorough: Converter = field(repr=False)
    rename: Rename = camel_case

    def load(self, cls: type[T], value: object) -> T:
        """Turn a parsed JSON value into an instance of a wire class.

        Raises:
            DecodeError: The value is not what the class says; `problems` has the lines.
        """
        try:
            return self._quick.structure(value, cls)
        except (*_INVALID, RecursionError):
            # The quick converter does not say where; the thorough one is asked only now.
            problems = self._problems(cls, value)
        raise DecodeError(
            f"the answer is not a valid {cls.__name__}: {_summary(problems)}", problems=problems
        )

    def dump(self, value: JSONObject) -> dict[str, Any]:
        """Turn an instance of a wire class into a JSON object, leaving out what is UNSET.

        Raises:
            UsageError: A field holds a value of the wrong type, or a naive time.
        """
        return cast("dict[str, Any]", self._quick.unstructure(value))

    def decode(self, cls: type[T]) -> Callable[[Response], T]:
        """Return a decoder of answers that hold one JSON value."""
        return partial(self._decode, cls)

    def _decode(self, cls: type[T], response: Response) -> T:
        return self.load(cls, decode_json(response))

    def _problems(self, cls: type[Any], value: object) -> tuple[str, ...]:
        try:
            self._thorough.structure(value, cls)
        except _INVALID as error:
            return tuple(transform_error(error, format_exception=_problem))
        except RecursionError:
            pass
        return ("nested too deeply @ $",)


def make_codec(rename: Rename = camel_case) -> Codec:
    """Build a codec; `rename` turns a field's name into the vendor's."""
    quick, thorough = Converter(detailed_validation=False), Converter(detailed_validation=True)
    configure_converter(quick, rename)
    configure_converter(thorough, rename)
    return Codec(quick, thorough, rename)


def configure_converter(converter: Converter, rename: Rename = camel_case) -> None:
    """Teach a converter the conventions of wire classes."""
    configure_scalars(converter)
    configure_containers(converter)

    def reader(cls: type[JSONObject]) -> Reader:
        return _object_reader(converter, cls, wire_names(cls, rename))

    def writer(cls: type[JSONObject]) -> Writer:
        return _object_writer(converter, cls, wire_names(cls, rename))

    converter.register_structure_hook_factory(_is_object, reader)
    converter.register_unstructure_hook_factory(_is_object, writer)


def decode_json(response: Response) -> Any:
    """Parse an answer's body as JSON.

    Raises:
        DecodeError: The body is empty, HTML, cut, or otherwise not JSON, or hardly anything but
            brackets, or nested too deeply. The message tells its length and media type, never its content.
    """
    try:
        return response.json()
    except (TooDense, TooDeep) as error:
        raise DecodeError(f"expected an answer, found {error}", response=response) from error
    except ValueError as error:
        media_type = (response.headers.get("Content-Type") or "no media type").partition(";")[0]
        raise DecodeError(
            f"expected JSON, found {len(response.body)} bytes of {media_type[:60]} that are not; "
            "check base_url, and whether a proxy or a login page stands in between",
            response=response,
        ) from error


def decode_nothing(response: Response) -> None:
    """Read an answer that says all by its status."""


def _is_object(type_: Any) -> bool:
    return has(type_) and issubclass(type_, JSONObject)


def _object_reader(converter: Converter, cls: type[JSONObject], names: Mapping[str, str]) -> Reader:
    renamed: dict[str, Any] = {name: override(rename=wire) for name, wire in names.items()}
    read = make_dict_structure_fn(cls, converter, extra=override(omit=True), **renamed)
    known = frozenset(names.values())

    def structure(value: Any, _: Any) -> JSONObject:
        if not isinstance(value, dict):
            expected("an object", value)
        members = cast("dict[str, Any]", value)
        held = read(members, cls)
        if known.issuperset(members):
            return held
        return evolve(held, extra={n: v for n, v in members.items() if n not in known})

    return structure


def _object_writer(converter: Converter, cls: type[JSONObject], names: Mapping[str, str]) -> Writer:
    resolve_types(cls)

    @cache
    def writers() -> list[tuple[str, str, Writer]]:
        # Found when something is written: an object may hold others of its own class.
        return [
            (a.name, names[a.name], converter.get_unstructure_hook(a.type))
            for a in fields(cls)
            if a.name in names
        ]

    def unstructure(value: Any) -> dict[str, Any]:
        if not isinstance(value, cls):
            expected(f"a value of {cls.__name__}", value)
        written = dict(value.extra)
        for name, wire_name, write in writers():
            held = getattr(value, name)
            if held is not UNSET:
                written[wire_name] = _written(f"{cls.__name__}.{name}", held, write)
        return written

    return unstructure


def _written(where: str, held: object, write: Writer) -> Any:
    try:
        return write(held)
    except (*_INVALID, RecursionError) as error:
        raise UsageError(f"{where}: {error}") from error


def _problem(error: BaseException, _: type[Any] | None) -> str:
    return str(error)


def _summary(problems: tuple[str, ...]) -> str:
    shown = "; ".join(problems[:3])
    return shown if len(problems) <= 3 else f"{shown}; and {len(problems) - 3} more"
