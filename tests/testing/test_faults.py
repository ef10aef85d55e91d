from collections import Counter

import pytest

from kloudsync.testing.faults import TRANSIENT, Fault, FaultKind, Faults, Scene, html_page

LIST = Scene(operation="events.list", listing=True)
GET = Scene(operation="events.get")


def struck(faults: Faults, *scenes: Scene) -> list[FaultKind | None]:
    """List the faults that strike requests in this order."""
    found = [faults.next(scene) for scene in scenes]
    return [fault.kind if fault else None for fault in found]


def test_a_fault_strikes_the_nth_request() -> None:
    """Requests are counted from one; the others are served."""
    faults = Faults([Fault(FaultKind.HTML_502, nth=3)])
    assert struck(faults, *[GET] * 5) == [None, None, FaultKind.HTML_502, None, None]


def test_a_fault_counts_only_its_operation() -> None:
    """Requests of another name pass by uncounted."""
    faults = Faults([Fault(FaultKind.HTML_502, operation="events.get", nth=2)])
    assert struck(faults, GET, LIST, LIST, GET) == [None, None, None, FaultKind.HTML_502]


def test_a_fault_lasts_as_long_as_told() -> None:
    """For some requests, or for ever."""
    kind = FaultKind.UNAVAILABLE
    assert struck(Faults([Fault(kind, times=2)]), *[GET] * 3) == [kind, kind, None]
    assert struck(Faults([Fault(kind, nth=2, times=None)]), *[GET] * 4) == [None, *[kind] * 3]


def test_the_first_fault_of_the_script_wins() -> None:
    """Both are counted, one is committed."""
    faults = Faults([Fault(FaultKind.HTML_502), Fault(FaultKind.HTML_200, times=2)])
    assert struck(faults, GET, GET) == [FaultKind.HTML_502, FaultKind.HTML_200]


@pytest.mark.parametrize(
    ("kind", "scene"),
    [
        (FaultKind.CURSOR_GONE, LIST),
        (FaultKind.DUPLICATE_ITEMS, Scene(operation="events.list", listing=True, first=False)),
        (FaultKind.MALFORMED_ITEM, GET),
    ],
)
def test_a_fault_passes_by_what_it_can_not_happen_to(kind: FaultKind, scene: Scene) -> None:
    """A cursor can't be refused where none was sent, nor a page spoiled that is none."""
    assert struck(Faults([Fault(kind, times=None)]), scene) == [None]


def test_faults_may_be_added_later() -> None:
    """A fault that is added counts from then on."""
    faults = Faults()
    assert struck(faults, GET) == [None]
    faults.add(Fault(FaultKind.HTML_502))
    assert struck(faults, GET) == [FaultKind.HTML_502]


def test_what_strikes_records_strikes_no_request() -> None:
    """Nor does what strikes requests strike a record, or count one."""
    record = Scene(operation="events.get", record=True)
    faults = Faults([Fault(FaultKind.RECORD_REFUSED, nth=2), Fault(FaultKind.HTML_502, nth=2)])
    told = struck(faults, GET, record, record, record, GET)
    assert told == [None, None, FaultKind.RECORD_REFUSED, None, FaultKind.HTML_502]
    seeded = [Faults.random(1, rate=0.5) for _ in range(2)]
    alone, among = (
        struck(seeded[0], GET, GET, GET),
        struck(seeded[1], GET, record, GET, record, GET),
    )
    assert among == [alone[0], None, alone[1], None, alone[2]]


def test_committed_faults_are_counted_by_kind() -> None:
    """The counts are there for assertions."""
    faults = Faults([Fault(FaultKind.HTML_502, times=2), Fault(FaultKind.CURSOR_GONE)])
    struck(faults, *[LIST] * 4)
    assert faults.injected == Counter({FaultKind.HTML_502: 2})


def test_the_same_seed_strikes_the_same_requests() -> None:
    """Chance is the seed's; another seed strikes others."""
    runs = [struck(Faults.random(seed, rate=0.3), *[LIST] * 200) for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_chance_keeps_to_its_rate_and_kinds() -> None:
    """About the share that was asked for, and every kind of it."""
    faults = Faults.random(5, rate=0.2)
    kinds = [kind for kind in struck(faults, *[LIST] * 2000) if kind]
    assert 250 < len(kinds) < 450
    assert set(kinds) == set(TRANSIENT)
    assert sum(faults.injected.values()) == len(kinds)


def test_chance_rewards_patience() -> None:
    """Never more faults in a row than allowed, even at the highest rate."""
    kinds = struck(Faults.random(1, rate=1.0, longest=2), *[GET] * 9)
    assert [kind is None for kind in kinds] == [False, False, True] * 3


def test_a_script_may_be_added_to_chance() -> None:
    """Scripted faults come on top of those by chance."""
    faults = Faults.random(1, rate=0.0).add(Fault(FaultKind.HTML_200, nth=2))
    assert struck(faults, GET, GET) == [None, FaultKind.HTML_200]


def test_html_pages_are_html() -> None:
    """A proxy's page says what it is."""
    assert html_page(502).headers["Content-Type"].startswith("text/html")
    assert html_page(200).status == 200
