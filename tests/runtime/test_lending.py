"""Things that are lent by name."""

from __future__ import annotations

from kloudsync.runtime.lending import Lending


def test_what_is_discarded_is_lent_to_nobody_else() -> None:
    """While somebody still uses what was discarded, others make another one and are lent that."""
    lending: Lending[list[int]] = Lending(8)
    old, new = [1], [1]
    assert lending.lend("ann", old) is old
    assert lending.borrow("ann") is old
    assert lending.give_back("ann", old, discard=True) == []
    assert lending.borrow("ann") is None
    assert lending.lend("ann", new) is new
    assert lending.give_back("ann", old) == [old]
    assert lending.borrow("ann") is new


def test_what_is_kept_beyond_the_bound_is_closed() -> None:
    """The one that nobody has used for longest is returned once there are too many."""
    lending: Lending[str] = Lending(1)
    for name in ("a", "b"):
        lending.lend(name, name)
    assert lending.give_back("b", "b") == ["b"]
    assert lending.give_back("a", "a") == []
    assert lending.empty() == ["a"]
