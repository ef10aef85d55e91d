import pytest

from kloudsync.testing.google.refusals import Refusal, refuse_invalid
from kloudsync.testing.paging import KEPT, Walk, Walks, page_token


def walk(scope: str = "all") -> Walk:
    """Draw up a list of five."""
    return Walk(scope=scope, items=[bytes([number]) for number in range(5)], mark=9)


def test_pages_are_cut_in_order() -> None:
    """The last page says that nothing follows."""
    assert walk().page(0, 3) == ([b"\x00", b"\x01", b"\x02"], 3)
    assert walk().page(3, 3) == ([b"\x03", b"\x04"], None)


def test_a_token_finds_its_place() -> None:
    """Number and place are in the token, the question is checked."""
    walks = Walks(refuse_invalid)
    started = walks.start(walk())
    assert walks.find(page_token(started, 3), "all") == (started, 3)
    with pytest.raises(Refusal, match="400"):
        walks.find(page_token(started, 3), "another question")


def test_old_lists_are_forgotten() -> None:
    """Only so many lists are kept."""
    walks = Walks(refuse_invalid)
    first = walks.start(walk())
    for _ in range(KEPT):
        walks.start(walk())
    with pytest.raises(Refusal, match="400"):
        walks.find(page_token(first, 3), "all")


def test_late_changes_are_added_to_the_end() -> None:
    """A list that follows changes asks for them when it would end, but not on its first page."""
    following = walk()
    following.late = lambda since: ([b"late"], since + 1)
    assert following.page(0, 9)[1] is None
    assert following.page(3, 9) == ([b"\x03", b"\x04", b"late"], None)
