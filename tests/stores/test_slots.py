from __future__ import annotations

from kloudsync.model.state import Quarantined
from kloudsync.stores.slots import slot


def bad(id_: str | None, raw: str) -> Quarantined:
    """Return a quarantined payload."""
    return Quarantined(id=id_, reason="odd", raw=raw, version="0")


def test_by_id() -> None:
    """Payloads of one id share a slot, whatever they say."""
    assert slot(bad("a", "1")) == slot(bad("a", "2")) != slot(bad("b", "1"))


def test_by_text() -> None:
    """Payloads without an id share a slot only if they are the same, and with no id's slot."""
    assert slot(bad(None, "1")) == slot(bad(None, "1")) != slot(bad(None, "2"))
    assert slot(bad(None, "a")) != slot(bad("a", "a"))


def test_odd_text() -> None:
    """Text that no encoding takes has a slot all the same."""
    assert slot(bad(None, "\ud800"))
