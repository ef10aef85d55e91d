import threading
from datetime import timedelta

from tests.testing.microsoft.graph_caller import GraphCaller

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import FakeMicrosoft


def test_a_mailbox_gets_four_requests_at_once(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """What comes while four are in flight is refused with advice to wait."""
    with fake.limits.flying("owner@example.com"), fake.limits.flying("owner@example.com"):
        with fake.limits.flying("owner@example.com"):
            assert caller.send("GET", "me/events").status == 200
            with fake.limits.flying("owner@example.com"):
                reply = caller.send("GET", "me/events")
        assert caller.send("GET", "me/events").status == 200
    assert reply.status == 429
    assert reply.headers["Retry-After"] == "1"
    assert b"MailboxConcurrency" in reply.body
    assert (fake.limits.most, fake.limits.refused) == (5, 1)


def test_mailboxes_do_not_share_their_limit(fake: FakeMicrosoft) -> None:
    """What one mailbox gets leaves the others alone; a limit can be lifted."""
    fake.add_mailbox("ann@example.com")
    fake.accounts.grant("ann", "ann@example.com")
    ann = GraphCaller(fake, "ann")
    places = [fake.limits.flying("owner@example.com") for _ in range(4)]
    for place in places:
        place.__enter__()
    assert ann.send("GET", "me/events").status == 200
    fake.accounts.grant("any", "owner@example.com")
    assert GraphCaller(fake).send("GET", "me/events").status == 429
    fake.limits.at_once = None
    assert GraphCaller(fake).send("GET", "me/events").status == 200


def test_threads_are_counted_one_by_one(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """Requests that wait for each other are in flight together."""
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(caller.send("GET", "me/events").status)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    with fake.tenant.lock:
        for thread in threads:
            thread.start()
        while fake.limits.most < 6:
            pass
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 4 + [429] * 2


def test_a_mailbox_gets_so_many_requests_in_ten_minutes(
    fake: FakeMicrosoft, caller: GraphCaller
) -> None:
    """After them it says how long the oldest still counts."""
    fake.limits.in_window = 3
    assert [caller.send("GET", "me").status for _ in range(4)] == [200, 200, 200, 429]
    assert caller.send("GET", "me").headers["Retry-After"] == "600"
    assert isinstance(fake.clock, ManualClock)
    fake.clock.advance(timedelta(minutes=10))
    assert caller.send("GET", "me").status == 200
    fake.limits.in_window = None
    assert all(caller.send("GET", "me").status == 200 for _ in range(9))
