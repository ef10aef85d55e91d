"""Wire classes are read tolerantly and written strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
from attrs import field, frozen

from kloudsync.errors import DecodeError, UsageError
from kloudsync.http.codec import (
    WIRE_NAME,
    JSONObject,
    camel_case,
    decode_json,
    decode_nothing,
    make_codec,
    wire_names,
)
from kloudsync.http.message import Headers, Response
from kloudsync.http.scalars import Int64, WallTime
from kloudsync.http.unset import UNSET, Maybe


class Shape(StrEnum):
    """An enumeration that a vendor may extend."""

    ROUND = "round"


@frozen(kw_only=True, repr=False)
class Part(JSONObject):
    """A nested object."""

    count: Maybe[int | None] = UNSET
    expires: Maybe[Int64 | None] = UNSET


@frozen(kw_only=True, repr=False)
class Thing(JSONObject):
    """One field of every kind that wire classes use."""

    full_name: Maybe[str | None] = UNSET
    uid: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "iCalUID"})
    shape: Maybe[Shape | str | None] = UNSET
    ready: Maybe[bool | None] = UNSET
    weight: Maybe[float | None] = UNSET
    made: Maybe[datetime] = UNSET
    day: Maybe[date | None] = UNSET
    wall: Maybe[WallTime | None] = UNSET
    part: Maybe[Part | None] = UNSET
    parts: Maybe[Sequence[Part] | None] = UNSET
    names: Maybe[Mapping[str, str] | None] = UNSET
    parts_by_name: Maybe[Mapping[str, Part] | None] = UNSET
    anything: Maybe[Any] = UNSET
    secret: Maybe[str] = field(default=UNSET, repr=False)


codec = make_codec()

MALFORMED: list[tuple[object, str]] = [
    ([], "expected an object, found list @ $"),
    ({"fullName": 5}, "expected a string, found int @ $.full_name"),
    ({"shape": 5}, "expected a string, found int @ $.shape"),
    ({"ready": "perhaps"}, "expected a boolean, found str @ $.ready"),
    ({"weight": "heavy"}, "expected a number, found str @ $.weight"),
    ({"weight": True}, "expected a number, found bool @ $.weight"),
    ({"made": "2026-01-05T09:00:00"}, "expected a time with an offset, found str @ $.made"),
    ({"made": "soon"}, "expected an RFC 3339 time, found str @ $.made"),
    ({"day": "2026-13-01"}, "expected a date as YYYY-MM-DD, found str @ $.day"),
    ({"part": {"count": 1.5}}, "expected an integer, found float @ $.part.count"),
    ({"part": {"count": True}}, "expected an integer, found bool @ $.part.count"),
    ({"part": {"count": "x"}}, "expected an integer, found str @ $.part.count"),
    ({"part": 3}, "expected an object, found int @ $.part"),
    ({"parts": [{}, {"count": {}}]}, "expected an integer, found dict @ $.parts[1].count"),
    ({"parts": "ab"}, "expected a list, found str @ $.parts"),
    ({"names": {"a": 1}}, "expected a string, found int @ $.names['a']"),
    ({"names": []}, "expected an object, found list @ $.names"),
]


WHOLE: dict[str, Any] = {
    "fullName": "thing",
    "iCalUID": "u@example.com",
    "shape": "round",
    "ready": True,
    "weight": 1.5,
    "made": "2026-01-05T09:00:00+02:00",
    "day": "2026-01-05",
    "wall": "2026-01-05T09:00:00",
    "part": {"count": 1, "expires": "1795341164000"},
    "parts": [{"count": 2}, {}],
    "names": {"a": "b"},
    "partsByName": {"x": {"count": 3}},
    "anything": {"free": [1, None]},
}


def answer(body: bytes, media_type: str = "application/json; charset=UTF-8") -> Response:
    """Return a success with a body."""
    return Response(status=200, headers=Headers((("Content-Type", media_type),)), body=body)


class TestNames:
    """How fields are named on the wire."""

    def test_snake_case_becomes_camel_case(self) -> None:
        """Field names follow the vendor's by rule."""
        assert camel_case("time_zone") == "timeZone"
        assert camel_case("id") == "id"

    def test_metadata_names_the_exceptions(self) -> None:
        """A field whose vendor name does not follow from its own says so; `extra` has none."""
        names = wire_names(Thing)

        assert names["uid"] == "iCalUID"
        assert names["parts_by_name"] == "partsByName"
        assert "extra" not in names

    def test_the_rule_can_be_another(self) -> None:
        """A vendor that writes snake case itself needs no renaming."""
        plain = make_codec(rename=str)

        assert plain.load(Thing, {"full_name": "a"}).full_name == "a"


class TestLoad:
    """Reading."""

    def test_whole_object_round_trips(self) -> None:
        """Every kind of field is read and written back as it came."""
        assert codec.dump(codec.load(Thing, WHOLE)) == WHOLE

    def test_kinds_arrive_as_python_values(self) -> None:
        """Times are aware, dates dates, 64-bit numbers integers, lists tuples."""
        thing = codec.load(Thing, WHOLE)

        assert thing.made == datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=2)))
        assert thing.day == date(2026, 1, 5)
        assert thing.part == Part(count=1, expires=1795341164000)
        assert thing.parts == (Part(count=2), Part())
        assert thing.shape is Shape.ROUND

    def test_absence_null_and_value_stay_apart(self) -> None:
        """What did not come is UNSET, what came as null is None."""
        thing = codec.load(Thing, {"day": None})

        assert thing.day is None
        assert thing.wall is UNSET
        assert codec.dump(thing) == {"day": None}

    def test_undocumented_null_counts_as_absent(self) -> None:
        """A null where none is documented is no error, and is not sent back."""
        assert codec.load(Thing, {"iCalUID": None}).uid is UNSET

    def test_unknown_members_are_kept(self) -> None:
        """What a class does not name goes back out as it came in."""
        thing = codec.load(Thing, {"novel": {"deep": [1]}, "part": {"novel": 2}})

        assert thing.extra == {"novel": {"deep": [1]}}
        assert codec.dump(thing) == {"novel": {"deep": [1]}, "part": {"novel": 2}}

    def test_unknown_enumeration_values_are_kept(self) -> None:
        """A value that the vendor added later arrives as its text."""
        thing = codec.load(Thing, {"shape": "square"})

        assert thing.shape == "square"
        assert codec.dump(thing) == {"shape": "square"}

    @pytest.mark.parametrize(
        ("written", "read"), [("true", True), ("False", False), (True, True), (False, False)]
    )
    def test_booleans_may_come_as_text(self, written: object, read: bool) -> None:
        """Some gateways write booleans as text."""
        assert codec.load(Thing, {"ready": written}).ready is read

    @pytest.mark.parametrize("written", [5, 5.0, "5"])
    def test_integers_may_come_in_other_clothes(self, written: object) -> None:
        """An integer in a string, or with a fraction of nothing, is an integer."""
        assert codec.load(Part, {"count": written}).count == 5

    @pytest.mark.parametrize(
        ("value", "problem"),
        MALFORMED,
    )
    def test_problems_say_what_and_where(self, value: object, problem: str) -> None:
        """A malformed answer names the path of each problem and the type found, no content."""
        with pytest.raises(DecodeError) as caught:
            codec.load(Thing, value)

        assert caught.value.problems == (problem,)
        assert problem in str(caught.value)

    def test_many_problems_are_counted_in_the_message(self) -> None:
        """The message stays short; the attribute has all lines."""
        with pytest.raises(DecodeError, match="and 7 more") as caught:
            codec.load(Thing, {"parts": [0] * 10})

        assert len(caught.value.problems) == 10

    def test_bottomless_nesting_is_a_decode_error(self) -> None:
        """An object nested beyond Python's stack is refused as any other malformed answer."""
        with pytest.raises(DecodeError, match="JSON"):
            decode_json(answer(b"[" * 200_000))


class TestDump:
    """Writing."""

    def test_unset_is_left_out_and_none_is_sent(self) -> None:
        """A patch sends what was set, null included."""
        assert codec.dump(Thing(full_name=None, ready=False)) == {"fullName": None, "ready": False}

    def test_times_are_written_as_rfc_3339(self) -> None:
        """UTC is written as Z, other offsets as they are, odd ones as UTC."""
        odd = timezone(timedelta(minutes=19, seconds=32))

        assert codec.dump(Thing(made=datetime(2026, 1, 5, 9, tzinfo=UTC))) == {
            "made": "2026-01-05T09:00:00Z"
        }
        assert codec.dump(Thing(made=datetime(1900, 1, 1, tzinfo=odd))) == {
            "made": "1899-12-31T23:40:28Z"
        }

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"full_name": 5}, r"Thing\.full_name: expected a string, found int"),
            ({"uid": None}, r"Thing\.uid: expected a string, found null"),
            ({"ready": "yes"}, r"Thing\.ready: expected a boolean, found str"),
            ({"weight": "1"}, r"Thing\.weight: expected a number, found str"),
            ({"made": datetime(2026, 1, 5)}, r"Thing\.made: .* has no time zone"),
            ({"made": "2026"}, r"Thing\.made: expected a datetime, found str"),
            ({"day": datetime(2026, 1, 5)}, r"Thing\.day: expected a date"),
            ({"part": Thing()}, r"Thing\.part: expected a value of Part, found Thing"),
            ({"part": Part(count=True)}, r"Part\.count: expected an integer, found bool"),
            ({"parts": "ab"}, r"Thing\.parts: expected a list, even of one, found str"),
            ({"parts": [3]}, r"Thing\.parts: expected a value of Part, found int"),
            ({"names": ["a"]}, r"Thing\.names: expected a mapping, found list"),
            ({"names": {"a": 1}}, r"Thing\.names: expected a string, found int"),
        ],
    )
    def test_wrong_types_are_refused_by_field(self, given: dict[str, Any], message: str) -> None:
        """A value of the wrong type never reaches the service."""
        with pytest.raises(UsageError, match=message):
            codec.dump(Thing(**given))


class TestRepr:
    """What a repr shows."""

    def test_unset_and_secret_fields_are_left_out(self) -> None:
        """A repr shows what was given, and never a secret."""
        assert repr(Thing(full_name="a", secret="s3")) == "Thing(full_name='a')"

    def test_extra_members_are_shown_where_there_are_any(self) -> None:
        """Unknown members appear beside the known."""
        assert repr(Part(count=1, extra={"n": 2})) == "Part(extra=['n'], count=1)"


class TestDecode:
    """Answers."""

    def test_decoder_reads_an_answer(self) -> None:
        """A decoder turns a body into an instance."""
        assert codec.decode(Part)(answer(b'{"count": 4}')) == Part(count=4)

    @pytest.mark.parametrize(
        ("body", "media_type", "message"),
        [
            (b"<html>secret</html>", "text/html; charset=UTF-8", "19 bytes of text/html"),
            (b"", "application/json", "0 bytes of application/json"),
            (b'{"a": 1', "application/json", "7 bytes of application/json"),
            (b"\xff\xfe", "application/json", "2 bytes of application/json"),
        ],
    )
    def test_what_is_not_json_is_told_by_size_and_type(
        self, body: bytes, media_type: str, message: str
    ) -> None:
        """The message tells what stood in JSON's place, without repeating it."""
        with pytest.raises(DecodeError, match=message) as caught:
            codec.decode(Part)(answer(body, media_type))

        assert "secret" not in str(caught.value)

    def test_empty_answers_decode_to_none(self) -> None:
        """An answer that says all by its status has no value."""
        decode: Callable[[Response], object] = decode_nothing

        assert decode(Response(status=204)) is None


@frozen(kw_only=True, repr=False)
class Branch(JSONObject):
    """An object that holds others of its own class."""

    name: Maybe[str] = UNSET
    branches: Maybe[Sequence[Branch] | None] = UNSET


def test_an_object_may_hold_others_of_its_own_class() -> None:
    """What is nested is read and written like what holds it."""
    tree = {"name": "a", "branches": [{"name": "b", "branches": [{"name": "c"}]}]}
    read = codec.load(Branch, tree)
    assert read == Branch(name="a", branches=(Branch(name="b", branches=(Branch(name="c"),)),))
    assert codec.dump(read) == tree
