"""What a record has to be before it goes into a store, whoever's it is."""

from __future__ import annotations

import json

import pytest

from kloudsync.model.oddity import Oddity
from kloudsync.model.record import EventRecord, Kind
from kloudsync.providers.storable import expect_storable


def record(raw: str, uid: str | None = None) -> EventRecord:
    """Return a single event of this text."""
    return EventRecord("e1", Kind.SINGLE, raw, uid=uid)


def test_an_ordinary_record_is_returned_as_it_is() -> None:
    """Escapes in the text as received do no harm, since nothing was made of them."""
    for raw in ('{"id":"e1"}', json.dumps({"id": "e1", "subject": "\0 \ud800 ü"})):
        assert expect_storable(record(raw)) == record(raw)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_text_that_no_database_takes_is_refused_by_name(text: str) -> None:
    """Only escapes can bring it in."""
    with pytest.raises(Oddity, match="without NUL and lone surrogates @ uid"):
        expect_storable(record(json.dumps({"id": "e1", "uid": text}), uid=text))


def test_what_is_hardly_anything_but_brackets_is_refused() -> None:
    """Whatever looks at it, takes long."""
    with pytest.raises(Oddity, match="more than brackets"):
        expect_storable(record("[" * 10_000 + "]" * 10_000))
