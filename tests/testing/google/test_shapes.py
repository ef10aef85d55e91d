"""What the fake takes for the type of a member, held against Google's own description."""

from __future__ import annotations

from typing import Any

import pytest
from tests.providers.google.discovery import methods, schemas

from kloudsync.testing import shapes
from kloudsync.testing.google.refusals import Refusal
from kloudsync.testing.google.shapes import ANSWERS, BODIES, take_body
from kloudsync.testing.shapes import Shape

NEWER = {"labelProperties", "workingHours"}
"""Members of calendars that the fake keeps as they come."""


def described(schema: dict[str, Any]) -> Shape:
    """Read a schema of the discovery document as the fake writes shapes."""
    if "$ref" in schema:
        return described(schemas()[schema["$ref"]])
    if "additionalProperties" in schema:
        return {"*": described(schema["additionalProperties"])}
    if "properties" in schema:
        members: dict[str, Any] = schema["properties"]
        return {
            name: shapes.ANY if name in NEWER else described(each) for name, each in members.items()
        }
    if schema["type"] == "array":
        return [described(schema["items"])]
    if schema.get("format") == "int64":
        return shapes.LONG
    kinds = {"string": shapes.TEXT, "integer": shapes.NUMBER, "boolean": shapes.FLAG}
    return kinds.get(schema["type"], shapes.ANY)


WITH_BODY = {name: method for name, method in methods().items() if "request" in method}


def test_every_method_with_a_body_is_known() -> None:
    """None is missing, and none is made up."""
    assert BODIES.keys() == WITH_BODY.keys()


@pytest.mark.parametrize("operation", sorted(WITH_BODY))
def test_bodies_are_what_google_describes(operation: str) -> None:
    """Member by member, to the depth of the description."""
    expected = described(WITH_BODY[operation]["request"])
    if WITH_BODY[operation]["request"]["$ref"] == "Channel":
        # Clients send the time to live as a number as often as not.
        assert isinstance(expected, dict)
        expected["params"] = {"*": shapes.LONG}
    assert BODIES[operation] == expected


WITH_ANSWER = {name: method for name, method in methods().items() if "response" in method}


def test_every_method_with_an_answer_is_known() -> None:
    """None is missing, and none is made up."""
    assert ANSWERS.keys() == WITH_ANSWER.keys()


@pytest.mark.parametrize("operation", sorted(WITH_ANSWER))
def test_answers_are_what_google_describes(operation: str) -> None:
    """So that a mask can be held against what there is to choose from."""
    expected = described(WITH_ANSWER[operation]["response"])
    if WITH_ANSWER[operation]["response"]["$ref"] == "Channel":
        assert isinstance(expected, dict)
        expected["params"] = {"*": shapes.LONG}
    assert ANSWERS[operation] == expected


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"summary": {}}, "summary"),
        ({"start": 5}, "start"),
        ({"start": {"date": True}}, "start.date"),
        ({"attendees": "x"}, "attendees"),
        ({"attendees": {"a": 1}}, "attendees"),
        ({"attendees": [{"email": "a@b.example"}, None]}, "attendees[1]"),
        ({"attendees": [{"optional": "yes"}]}, "attendees[0].optional"),
        ({"recurrence": "RRULE:FREQ=DAILY"}, "recurrence"),
        ({"sequence": "1"}, "sequence"),
        ({"sequence": True}, "sequence"),
        ({"sequence": 1 << 31}, "sequence"),
        ({"extendedProperties": {"private": {"a": 1}}}, "extendedProperties.private.a"),
    ],
)
def test_a_wrong_type_is_named(body: dict[str, Any], path: str) -> None:
    """The refusal says which member it is."""
    with pytest.raises(Refusal, match=path.replace("[", r"\[")) as caught:
        take_body("events.insert", body)
    assert (caught.value.status, caught.value.reason) == (400, "invalid")


def test_null_and_the_unknown_pass() -> None:
    """Null clears a member of a patch, and what the API does not know is not judged."""
    patch = {"summary": None, "start": {"date": None}, "mood": 5}
    assert take_body("events.patch", patch) == patch


def test_null_says_nothing_outside_of_patches() -> None:
    """At any depth, it is as if the member were not there."""
    body = {"summary": None, "attendees": [{"email": "a@b.example", "comment": None}]}
    assert take_body("events.insert", body) == {"attendees": [{"email": "a@b.example"}]}
