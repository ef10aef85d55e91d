import copy
import pickle

from kloudsync.http.unset import UNSET, Maybe, Unset


def describe(value: Maybe[str] | None) -> str:
    """Tell the three cases of a patch apart."""
    if value is UNSET:
        return "left alone"
    return "cleared" if value is None else value


def test_unset_none_and_a_value_are_three_things() -> None:
    """A patch can leave alone, clear and replace."""
    assert [describe(v) for v in (UNSET, None, "new")] == ["left alone", "cleared", "new"]


def test_unset_stays_itself_and_is_falsy() -> None:
    """Copies and pickles keep its identity; printed, it reads as users write it."""
    assert copy.deepcopy(UNSET) is UNSET
    assert pickle.loads(pickle.dumps(UNSET)) is UNSET  # noqa: S301 - our own bytes
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    assert list(Unset) == [UNSET]
