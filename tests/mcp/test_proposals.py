"""A proposal is good for a while, once, and for what was shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("mcp.shared.memory", reason="the extra mcp is not installed")

from tests.mcp.desk import Desk, google_desk, token

from kloudsync.mcp import Confirm


def test_what_changed_since_is_not_touched(desk: Desk) -> None:
    """Not even where the change is nothing that the proposal is about."""
    event = desk.id_of("Review")
    said = desk.told("propose_change", event=event, day="2026-01-05", title="Mine")
    desk.rename("Review", "Theirs")
    answer, failed = desk.commit(said)
    assert failed
    assert "somebody changed it since it was shown: nothing was done" in answer
    desk.sync()
    assert [line for line in desk.shown() if "Theirs" in line]


@pytest.mark.parametrize("scope", ["this", "following", "all"])
@pytest.mark.parametrize("tool", ["propose_change", "propose_cancellation"])
def test_a_series_that_changed_since_is_not_touched(desk: Desk, scope: str, tool: str) -> None:
    """Whichever occurrence was meant, and whatever was to become of it."""
    event = desk.id_of("Stand-up", 2)
    wish = {"title": "Mine"} if tool == "propose_change" else {}
    said = desk.told(tool, event=event, day="2026-01-20", scope=scope, **wish)
    desk.rename("Stand-up", "Theirs")
    assert "somebody changed it since" in desk.commit(said)[0]
    desk.sync()
    assert len([line for line in desk.shown() if "Theirs" in line]) == 4


def test_what_changed_since_the_sync_is_not_proposed(google: Desk) -> None:
    """What the person would be shown is not what is there."""
    event = google.id_of("Review")
    google.rename("Review", "Theirs")
    said = google.refused("propose_change", event=event, day="2026-01-05", title="Mine")
    assert "changed since it was last synced; sync it" in said


def test_a_proposal_is_done_once(google: Desk) -> None:
    """The second commit finds none, and makes no second event."""
    wish = {"title": "Lunch", "start": "2026-01-07T12:00", "end": "2026-01-07T13:00"}
    said = google.told("propose_event", **wish)
    google.done(said)
    answer, failed = google.commit(said)
    assert failed
    assert "each is good for one commit" in answer
    assert google.writes() == ["events.insert"]


def test_a_proposal_is_good_for_a_while(google: Desk) -> None:
    """Whoever confirms later has to see it anew."""
    event = google.id_of("Review")
    said = google.told("propose_cancellation", event=event, day="2026-01-05")
    google.clock.advance(timedelta(seconds=601))
    assert "more than 10 minutes ago" in google.commit(said)[0]
    assert google.writes() == []


def test_a_later_proposal_of_the_same_event_voids_the_earlier_one(google: Desk) -> None:
    """So that nobody confirms what was talked over since."""
    event = google.id_of("Review")
    first = google.told("propose_change", event=event, day="2026-01-05", title="First")
    second = google.told("propose_change", event=event, day="2026-01-05", title="Second")
    assert "void once another one" in google.commit(first)[0]
    google.done(second)
    assert [line for line in google.shown() if "Second" in line]


def test_only_so_many_proposals_are_kept(google: Desk) -> None:
    """The oldest gives way to the twenty-first."""
    wish = {"title": "Lunch", "start": "2026-01-07T12:00", "end": "2026-01-07T13:00"}
    every = [google.told("propose_event", **wish) for _ in range(21)]
    assert len({token(one) for one in every}) == 21
    assert google.commit(every[0])[1]
    google.done(every[1])


def test_a_token_that_was_not_told_is_worth_nothing(google: Desk) -> None:
    """Also one of the right form."""
    google.told("propose_cancellation", event=google.id_of("Review"), day="2026-01-05")
    for guess in ("0" * 32, "", "1"):
        assert google.ask("commit", token=guess)[1]
    assert google.writes() == []


@pytest.mark.parametrize("answer", ["decline", "cancel"])
def test_what_the_person_declines_is_void(google: Desk, answer: str) -> None:
    """A model cannot ask again until they give in: it has to propose anew."""
    event = google.id_of("Review")
    said = google.told("propose_cancellation", event=event, day="2026-01-05")
    google.person = answer
    assert "nothing was changed" in google.commit(said)[0]
    google.person = "accept"
    assert google.commit(said)[1]
    assert google.writes() == []


def test_a_client_that_cannot_ask_the_person_writes_nothing() -> None:
    """Unless whoever runs the server says that it asks before each call by itself."""
    desk = google_desk(person=None)
    event = desk.id_of("Review")
    said = desk.told("propose_cancellation", event=event, day="2026-01-05")
    answer, failed = desk.commit(said)
    assert failed
    assert "--confirm host" in answer
    assert desk.writes() == []
    trusting = google_desk(person=None, confirm=Confirm.HOST)
    event = trusting.id_of("Review")
    trusting.done(trusting.told("propose_cancellation", event=event, day="2026-01-05"))
    assert not [line for line in trusting.shown() if "Review" in line]
