from __future__ import annotations

from kloudsync.model.state import Quarantined


def bad(id_: str | None, raw: str) -> Quarantined:
    """Return a quarantined payload."""
    return Quarantined(id=id_, reason="odd", raw=raw, version="0")


def test_by_id() -> None:
    """Payloads of one id share a slot, whatever they say."""
    assert bad("a", "1").slot == bad("a", "2").slot != bad("b", "1").slot


def test_by_text() -> None:
    """Payloads without an id share a slot only if they are the same, and with no id's slot."""
    assert bad(None, "1").slot == bad(None, "1").slot != bad(None, "2").slot
    assert bad(None, "a").slot != bad("a", "a").slot


def test_odd_text() -> None:
    """Text that no encoding takes has a slot all the same."""
    assert bad(None, "\ud800").slot
