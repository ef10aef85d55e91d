"""The law that keeps the methods whole: Google's discovery document, method by method."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import NoneType
from typing import Any, Literal, get_args, get_origin
from urllib.parse import quote

import pytest
from tests.providers.google.discovery import document, methods
from tests.providers.google.samples import (
    BODIES,
    body_name,
    described,
    description,
    hints,
    resource_classes,
    sample,
    shape,
    snake_case,
)
from tests.providers.google.wire.test_schemas import class_of, plain

from kloudsync.http.endpoint import endpoint
from kloudsync.http.message import Response
from kloudsync.http.pages import pages
from kloudsync.providers.google.wire.codec import codec

GLOBAL = {"fields"}
"""Parameters of every method that are given call by call; the others belong to the client."""


def parameters() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every parameter slot of the document."""
    for method, held in methods().items():
        for name, parameter in held.get("parameters", {}).items():
            yield method, name, parameter


def expected_hint(parameter: dict[str, Any], hint: Any) -> Any:
    """Return the annotation that a parameter has to have, null aside."""
    if parameter.get("repeated"):
        return Sequence
    if "enum" in parameter and get_origin(hint) is Literal:
        return tuple(parameter["enum"])
    if "maximum" in parameter:
        return tuple(range(int(parameter["minimum"]), int(parameter["maximum"]) + 1))
    if parameter.get("format") == "date-time":
        return datetime
    return {"boolean": bool, "integer": int, "string": str}[parameter["type"]]


def shown_hint(hint: Any) -> Any:
    """Return an annotation as `expected_hint` writes it."""
    if get_origin(hint) is Literal:
        return tuple(sorted(get_args(hint)))
    return Sequence if get_origin(hint) is Sequence else hint


def test_every_method_is_described() -> None:
    """All 38 methods of the discovery document have a description."""
    assert len({description(method) for method in methods()}) == 38 == len(methods())


def test_no_method_is_made_up() -> None:
    """Beside the document's methods there are only walks through listings."""
    ours = {
        f"{attribute}.{name}"
        for attribute, cls in resource_classes().items()
        for name, held in inspect.getmembers_static(cls)
        if isinstance(held, endpoint)
    }

    theirs = {f"{snake_case(m)}".replace("import", "import_") for m in methods()}
    assert ours == theirs


def test_every_listing_can_be_walked() -> None:
    """Each method whose answer comes in pages has a twin that walks all of them."""
    walks = [
        name
        for cls in resource_classes().values()
        for name, held in inspect.getmembers_static(cls)
        if isinstance(held, pages)
    ]
    paged = [m for m, held in methods().items() if "pageToken" in held.get("parameters", {})]

    assert len(walks) == 5 == len([m for m in paged if not m.endswith(".watch")])


@pytest.mark.parametrize("method", sorted(methods()))
class TestMethod:
    """One method of the document."""

    def test_name_verb_and_path(self, method: str) -> None:
        """The call has the document's name, verb and path, with ids encoded whole."""
        held = methods()[method]
        path = re.sub(r"\{\w+\}", quote("a/b ü", safe=""), held["path"])

        operation = described(method)

        assert operation.name == method
        assert operation.request.method == held["httpMethod"]
        assert operation.request.path == path

    def test_only_required_parameters_are_sent_unasked(self, method: str) -> None:
        """What was not given is not sent, so that the service's defaults hold."""
        required = {
            name
            for name, parameter in methods()[method].get("parameters", {}).items()
            if parameter.get("required") and parameter["location"] == "query"
        }

        assert {name for name, _ in described(method).request.query} == required

    def test_body(self, method: str) -> None:
        """A method has a body exactly where the document says so, encoded as JSON."""
        request = described(method).request
        schema = methods()[method].get("request")

        if schema is None:
            assert request.body is None
        else:
            assert request.headers.get("Content-Type") == "application/json"
            assert json.loads(request.body or b"") == codec.dump(BODIES[schema["$ref"]])

    def test_answer(self, method: str) -> None:
        """The answer is decoded into the document's schema, or into nothing."""
        schema = methods()[method].get("response")

        value = described(method).decode(Response(status=200, body=b"{}"))

        assert type(value) is (NoneType if schema is None else class_of(schema["$ref"]))

    def test_repetition(self, method: str) -> None:
        """What changes nothing the second time may be sent twice."""
        held = methods()[method]
        harmless = {"freebusy.query", "channels.stop", "events.import"}

        repeatable = described(method).repeatable

        assert repeatable is (held["httpMethod"] != "POST" or method in harmless)

    def test_signature_has_the_documents_parameters(self, method: str) -> None:
        """A description takes the document's parameters, the body, and what is documented here."""
        held = methods()[method]
        theirs = {snake_case(name) for name in held.get("parameters", {})}
        ours = set(hints(method))
        if "request" in held and not method.endswith(".watch"):
            theirs.add(body_name(method))
        if held.get("response"):
            theirs |= GLOBAL
        if held["httpMethod"] in ("PUT", "PATCH", "DELETE"):
            theirs.add("if_match")

        assert ours == theirs

    def test_docstring_says_what_every_parameter_means(self, method: str) -> None:
        """No parameter goes without a word of explanation."""
        said = inspect.getdoc(shape(method)) or ""

        assert said
        assert [name for name in hints(method) if f"\n    {name}: " not in said] == []


@pytest.mark.parametrize(("method", "name", "parameter"), list(parameters()))
def test_parameter_is_sent_by_its_name(method: str, name: str, parameter: dict[str, Any]) -> None:
    """A parameter given by our name arrives under the document's, written as it wants it."""
    value, texts = sample(parameter)
    beside = {"single_events": True} if name == "orderBy" else {}

    operation = described(method, **{snake_case(name): value, **beside})

    if parameter["location"] == "path":
        assert quote(value, safe="") in operation.request.path.split("/")
    else:
        assert [v for n, v in operation.request.query if n == name] == texts


@pytest.mark.parametrize(("method", "name", "parameter"), list(parameters()))
def test_parameter_has_the_documents_type(
    method: str, name: str, parameter: dict[str, Any]
) -> None:
    """A parameter is annotated as the document says, and optional where it is."""
    hint = hints(method)[snake_case(name)]
    default = inspect.signature(shape(method)).parameters[snake_case(name)].default

    required = parameter.get("required", False)
    held = hint if required else plain(hint)

    assert shown_hint(held) == expected_hint(parameter, held)
    assert (default is inspect.Parameter.empty) is required
    assert required or default is None


def test_global_parameters_have_their_places() -> None:
    """Each global parameter is given per call, belongs to the client, or is not needed."""
    per_call, of_the_client = GLOBAL, {"prettyPrint", "quotaUser"}
    elsewhere = {
        "alt",  # JSON is the only format
        "key",  # names a project, which a token does too
        "oauth_token",  # travels in a header, where it is not logged
        "userIp",  # deprecated in favour of quotaUser
    }

    assert set(document()["parameters"]) == per_call | of_the_client | elsewhere


def test_parameter_slots_are_complete() -> None:
    """The walks above reach every parameter slot of the document."""
    assert len(list(parameters())) == 154


def test_body_samples_are_whole() -> None:
    """The samples above stand for every schema that a method takes."""
    taken = {held["request"]["$ref"] for held in methods().values() if "request" in held}

    assert taken == set(BODIES)
