"""Places in a pass are texts that only their source reads."""

from __future__ import annotations

import pytest
from attrs import field, frozen

from kloudsync.errors import UsageError
from kloudsync.model.place_text import place_text, read_place

NAMES = {"phase": "p", "link": "l", "pages": "n"}


@frozen(kw_only=True)
class Place:
    """A place of a source."""

    phase: str
    link: str | None = None
    pages: int = field(default=0, converter=int)


@pytest.mark.parametrize(
    "place", [Place(phase="list"), Place(phase="read", link="next"), Place(phase="end", pages=3)]
)
def test_a_place_is_read_as_it_was_written(place: Place) -> None:
    """What is none or nothing takes no room."""
    text = place_text(place, NAMES)
    assert read_place(text, NAMES, Place, "a calendar") == place
    assert "null" not in text
    assert ":0" not in text


@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"q": 1}', '{"p": "a", "n": "x"}'])
def test_what_is_no_place_is_named_as_such(text: str) -> None:
    """A cursor of another source, or of another version, is refused in words."""
    with pytest.raises(UsageError, match="no cursor or position of a calendar"):
        read_place(text, NAMES, Place, "a calendar")
