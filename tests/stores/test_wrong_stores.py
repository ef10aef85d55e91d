"""The suites find out where a store is wrong."""

from __future__ import annotations

import pytest
from tests.stores import wrong_stores as wrong
from tests.stores.examined import passes

from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores import (
    ChannelContract,
    CommitContract,
    CompareAndSetContract,
    DueContract,
    DurableStoreContract,
    ErasureContract,
    FeedContract,
    FenceContract,
    LeaseContract,
    LedgerContract,
    MissingContract,
    RequestContract,
    TokenContract,
    UnitContract,
)

FAULTS: list[tuple[type[MemoryStore | SQLiteStore], type, str]] = [
    (wrong.LeftOpen, DurableStoreContract, "test_closed"),
    (wrong.Unlocked, UnitContract, "test_nested"),
    (wrong.Halved, UnitContract, "test_nothing"),
    (wrong.Unsorted, FeedContract, "test_consumers"),
    *(
        (wrong.unfenced(name), FenceContract, "test_overtaken_lease")
        for name in (
            "begin",
            "stage",
            "commit",
            "discard",
            "delete_missing",
            "hold_missing",
            "delete_pending",
            "refuse_pending",
            "delete_orphans",
            "delete_beyond",
        )
    ),
    (wrong.unfenced("forget"), ErasureContract, "test_forget_needs_the_lease"),
    *((wrong.unfenced(name), LedgerContract, "test_overtaken") for name in ("enter", "strike")),
    *(
        (wrong.unmoved(name), CompareAndSetContract, "test_committed_meanwhile")
        for name in ("begin", "stage", "commit")
    ),
    (wrong.Generous, LeaseContract, "test_overtaken_release"),
    (wrong.Renewing, LeaseContract, "test_overtaken_renewal"),
    (wrong.Fenced, LeaseContract, "test_another_owners_fence"),
    (wrong.Repeating, FeedContract, "test_positions_are_never_used_twice"),
    (wrong.ByTheClock, FeedContract, "test_readers_of_all_calendars_miss_nothing"),
    (wrong.Backwards, FeedContract, "test_never_backwards"),
    (wrong.Deaf, FeedContract, "test_read_again_until_acknowledged"),
    (wrong.Indiscreet, CommitContract, "test_first_pass_is_invisible"),
    (wrong.Blind, MissingContract, "test_sweep"),
    (wrong.leaving("feed"), ErasureContract, "test_an_account_is_forgotten"),
    (wrong.leaving("consumers"), ErasureContract, "test_an_account_is_forgotten"),
    (wrong.leaving("tenures"), ErasureContract, "test_a_forgotten_lease_allows_nothing"),
    (wrong.leaving("channels"), ChannelContract, "test_erased"),
    (wrong.leaving("standings"), ChannelContract, "test_erased"),
    (wrong.leaving("ledgers"), LedgerContract, "test_erased"),
    (wrong.leaving("timetable"), DueContract, "test_erased"),
    (wrong.leaving("requests"), RequestContract, "test_erased"),
    (wrong.leaving("tokens"), TokenContract, "test_forgotten"),
    (wrong.Restarting, ErasureContract, "test_fences_are_not_used_again"),
    (wrong.TwiceDue, DueContract, "test_a_claim_keeps_others_away"),
    (wrong.Overtaken, DueContract, "test_a_claim_keeps_others_away"),
    (wrong.Replacing, LedgerContract, "test_enter_again"),
    (wrong.Careless, TokenContract, "test_compared"),
    (wrong.Forgetful, RequestContract, "test_counts_add_up"),
    (wrong.Unordered, ChannelContract, "test_order"),
]


@pytest.mark.parametrize(
    ("kind", "suite", "test"), FAULTS, ids=[kind.__name__ for kind, _, _ in FAULTS]
)
def test_every_fault_is_found(
    kind: type[MemoryStore | SQLiteStore], suite: type, test: str
) -> None:
    """A store that is wrong in one place fails the test that says so, which the right store passes."""
    assert not passes(suite, test, kind)
    assert passes(suite, test, SQLiteStore if issubclass(kind, SQLiteStore) else MemoryStore)
