"""Listings whose pages may have shifted while they were read, and what is read again."""

from typing import Any

import pytest
from tests.providers.kloudless.passes import ITEM, NOW, going, place, read

from kloudsync.providers.kloudless.place import Phase, Place


@pytest.mark.parametrize(
    ("totals", "shifted"),
    [
        ((5, 5), False),
        ((5, 4), True),
        ((5, 4, 5), True),
        ((None, 4), False),
        ((5, None, 5), False),
        ((5, None, 4), True),
    ],
)
def test_a_listing_whose_length_changes_may_have_shifted(
    totals: tuple[int | None, ...], shifted: bool
) -> None:
    """Its pages say how many events there are; a page that does not say so proves nothing."""
    at = place(Phase.LIST)
    for number, total in enumerate(totals, start=1):
        more = {"next_page": str(number + 1) if number < len(totals) else None}
        said = {} if total is None else {"total": total}
        at = going(read(at, {"objects": [ITEM], **more, **said}))
    assert (at.phase, at.shifted, at.pages) == (Phase.READ, shifted, len(totals))


DELETED = {"type": "delete", "id": "event_b"}
UPDATED = {"type": "update", "metadata": ITEM}


@pytest.mark.parametrize(
    ("members", "activity", "rules", "again"),
    [
        ({"pages": 2, "listings": 1}, [DELETED], {}, True),
        ({"pages": 2, "listings": 1, "shifted": True}, [UPDATED], {}, True),
        ({"pages": 1, "listings": 1}, [DELETED], {}, False),
        ({"pages": 2, "listings": 1}, [UPDATED], {}, False),
        ({"pages": 2, "listings": 1}, [UPDATED], {"shifted_by_updates": True}, True),
        ({"pages": 2, "listings": 3}, [DELETED], {}, False),
        ({"pages": 2, "listings": 1}, [DELETED], {"most_listings": 1}, False),
        ({}, [DELETED], {}, False),
    ],
)
def test_a_listing_that_may_have_shifted_is_read_again(
    members: dict[str, Any], activity: list[object], rules: dict[str, Any], again: bool
) -> None:
    """At the end of a full pass, a bounded number of times; a delta lists nothing."""
    first = read(place(**members), {"objects": activity, "cursor": "6"}, **rules)
    assert first.cursor is None
    end = read(going(first), {"objects": [], "cursor": "6"}, **rules)
    assert (end.cursor is None) is again
    led = going(end)
    assert led.phase is (Phase.LIST if again else Phase.READ)
    assert (led.cursor, led.page, led.pages, led.shifted) == ("6", None, 0, False)


def test_a_cursor_keeps_nothing_of_the_listings_of_its_pass() -> None:
    """The delta that begins there is none of a full pass."""
    end = read(place(pages=3, listings=3, begun=NOW, total=9), {"objects": [], "cursor": "5"})
    assert end.cursor is not None
    assert end.next is None
    left = Place.decode(end.cursor)
    assert (left.listings, left.pages, left.total, left.begun) == (0, 0, None, 0.0)
