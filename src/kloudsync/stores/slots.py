"""Which quarantined payload replaces which."""

from __future__ import annotations

from hashlib import sha256

from kloudsync.model.state import Quarantined


def slot(quarantined: Quarantined) -> str:
    """Return what a later payload must share to replace this one: its id, or its text where no id could be read."""
    if quarantined.id is not None:
        return f"id:{quarantined.id}"
    return f"raw:{sha256(quarantined.raw.encode('utf-8', 'surrogatepass')).hexdigest()}"
