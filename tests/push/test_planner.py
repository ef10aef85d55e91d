from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Standing, Topic
from kloudsync.push.planner import ChannelPlan, current_channel, plan_channels, renewal_of
from kloudsync.push.policy import WatchPolicy

ADDRESS = "https://hooks.example.com/"
POLICY = WatchPolicy(life=100.0, renew_at=0.8, spread=0.2, grace=10.0)
MINE, THEIRS, RULES = (
    Topic(CalendarKey("google", "owner", name), collection)
    for name, collection in (("primary", "events"), ("team", "events"), ("primary", "acl"))
)


def channel(
    name: str = "a",
    topic: Topic = MINE,
    *,
    opened_at: float = 0.0,
    resource: str | None = "r",
    address: str = ADDRESS,
) -> Channel:
    """Describe a channel that lives for a hundred seconds."""
    return Channel(
        id=name,
        topic=topic,
        address=address,
        token_hash="",
        opened_at=opened_at,
        expires_at=opened_at + 100.0,
        resource=resource,
    )


def plan(
    *channels: Channel,
    now: float = 0.0,
    wanted: tuple[Topic, ...] = (MINE,),
    standings: tuple[Standing, ...] = (),
    closing: bool = True,
) -> ChannelPlan:
    """Plan for one calendar, of an account that nobody else looks after."""
    return plan_channels(
        channels,
        standings,
        wanted,
        address=ADDRESS,
        policy=POLICY,
        now=now,
        closing=closing,
    )


def test_nothing_is_there() -> None:
    """What has no channel gets one, and is polled until then."""
    assert plan(wanted=(MINE, RULES)) == ChannelPlan(open=(MINE, RULES), poll=(MINE, RULES))


def test_nothing_to_do() -> None:
    """A young channel is left alone until its renewal."""
    assert plan(channel(), now=79.0) == ChannelPlan(next_at=80.0)


def test_renewal_overlaps() -> None:
    """An old channel stays while a new one is opened."""
    assert plan(channel(), now=80.0) == ChannelPlan(open=(MINE,), ageing=(channel(),), next_at=80.0)


def test_replacement_unconfirmed() -> None:
    """While the new channel has no answer, the old one stays and no third one is opened."""
    young = channel("b", opened_at=80.0, resource=None)
    assert plan(channel(), young, now=85.0) == ChannelPlan(next_at=90.0)


def test_replacement_confirmed() -> None:
    """Once the new channel is confirmed, the old one is stopped."""
    old, new = channel(), channel("b", opened_at=80.0)
    assert plan(new, old, now=85.0) == ChannelPlan(stop=(old,), next_at=160.0)


def test_answer_never_came() -> None:
    """After its grace a channel without an answer no longer keeps another one back."""
    ghost = channel(resource=None)
    assert plan(ghost, now=9.0) == ChannelPlan(poll=(MINE,), next_at=10.0)
    assert plan(ghost, now=10.0) == ChannelPlan(open=(MINE,), poll=(MINE,))


def test_ghost_speaks() -> None:
    """A channel whose answer was lost is stopped when a message shows that it exists."""
    ghost, current = channel("ghost"), channel("b", opened_at=20.0)
    assert plan(ghost, current, now=30.0).stop == (ghost,)


def test_expired() -> None:
    """A channel that ended is forgotten without a call, and replaced."""
    ended = channel()
    assert plan(ended, now=100.0) == ChannelPlan(open=(MINE,), forget=(ended,), poll=(MINE,))


def test_unwanted() -> None:
    """A channel that nobody wants is stopped; one that may not exist is told, until its end."""
    orphan, ghost = channel("a", THEIRS), channel("b", THEIRS, resource=None)
    assert plan(orphan, ghost, wanted=()) == ChannelPlan(
        stop=(orphan,), unconfirmed=(ghost,), next_at=100.0
    )
    assert plan(orphan, ghost, wanted=(), now=100.0) == ChannelPlan(forget=(orphan, ghost))


def test_another_workers() -> None:
    """What another worker may follow is left alone, until nobody has fetched it for two polls."""
    life = 1e6
    theirs = evolve(channel("a", THEIRS), expires_at=life)
    patience = 2 * POLICY.poll_watched
    assert plan(theirs, wanted=(), closing=False) == ChannelPlan(next_at=patience)
    assert plan(theirs, wanted=(), closing=False, now=patience).stop == (theirs,)
    for seen in (Standing(topic=THEIRS, checked_at=50.0), Standing(topic=THEIRS, rest_until=50.0)):
        before = plan(theirs, wanted=(), closing=False, standings=(seen,), now=patience)
        assert before == ChannelPlan(next_at=patience + 50.0)


def test_unwatchable() -> None:
    """What cannot be watched is polled, and asked for again after a long time."""
    barred = Standing(topic=MINE, barred_until=500.0)
    assert plan(standings=(barred,), now=499.0) == ChannelPlan(poll=(MINE,), next_at=500.0)
    assert plan(standings=(barred,), now=500.0).open == (MINE,)


def test_address_moved() -> None:
    """A channel to another address is replaced, whatever its age."""
    elsewhere = channel(address="https://old.example.com/")
    assert plan(elsewhere).open == (MINE,)


def test_spread() -> None:
    """Channels opened together are renewed apart, never later than the share of their life."""
    spread = [renewal_of(evolve(channel(), spread=chance), POLICY) for chance in (0.0, 0.5, 0.999)]
    assert spread[0] == 80.0
    assert spread[1] == 70.0
    assert 60.0 < spread[2] < 60.1


@given(
    st.lists(
        st.builds(
            channel,
            st.uuids().map(str),
            st.sampled_from([MINE, THEIRS, RULES]),
            opened_at=st.integers(0, 300).map(float),
            resource=st.sampled_from([None, "r"]),
        ),
        max_size=12,
    ),
    st.sets(st.sampled_from([MINE, THEIRS, RULES])),
    st.integers(0, 400).map(float),
)
def test_no_gap(channels: list[Channel], wanted: set[Topic], now: float) -> None:
    """Whatever is stored: what is announced stays announced, and one channel each remains."""
    chosen = plan(*channels, wanted=tuple(wanted), now=now)
    left = [one for one in channels if one not in (*chosen.stop, *chosen.forget)]
    for topic in wanted:
        before, after = (
            [one for one in some if one.topic == topic and one.is_confirmed]
            for some in (channels, left)
        )
        alive = [one for one in before if one.expires_at > now]
        assert after == [one for one in alive if one is current_channel(alive, now)]
        assert bool(after) == bool(alive)
        assert (topic in chosen.poll) == (not alive)
    assert not any(one.is_confirmed for one in left if one.topic not in wanted)
    assert all(one.is_confirmed for one in chosen.stop)
