import pytest
from tests.testing.google.caller import Caller, la

from kloudsync.testing.google import FakeCalendar, FakeGoogle
from kloudsync.testing.google.refusals import Refusal
from kloudsync.testing.google.tokens import read_sync_token, write_sync_token

GONE = (410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
INVALID = (400, "invalid", "Invalid sync token value.")


@pytest.fixture(autouse=True)
def three_events(calendar: FakeCalendar) -> None:
    """Three single events."""
    for hour in (9, 10, 11):
        calendar.create("Review", la("2019-04-02", hour))


def test_the_token_stands_on_the_last_page_alone(caller: Caller) -> None:
    """Page token and sync token exclude each other."""
    pages = caller.pages(maxResults="2")
    assert [("nextPageToken" in page, "nextSyncToken" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]


def test_an_ordered_list_has_no_token(caller: Caller) -> None:
    """With `orderBy` there is nothing to continue from."""
    assert "nextSyncToken" not in caller.page(orderBy="updated")


def test_without_change_the_token_stays_the_same(caller: Caller) -> None:
    """A delta without changes is empty and gives the token back."""
    token = caller.token_now()
    page = caller.page(syncToken=token)
    assert page["items"] == []
    assert page["nextSyncToken"] == token


def test_a_delta_holds_what_changed_since(calendar: FakeCalendar, caller: Caller) -> None:
    """New events, edited events and stubs of deleted ones, and nothing else."""
    token = caller.token_now()
    first, second, _ = calendar.truth()
    calendar.edit(first, summary="x")
    calendar.delete(second)
    new = calendar.create("New", la("2019-04-03"))
    assert {item["id"] for item in caller.items(syncToken=token)} == {first, second, new}


def test_an_older_token_still_works(calendar: FakeCalendar, caller: Caller) -> None:
    """A token may be used again after a later one was issued."""
    old = caller.token_now()
    calendar.create("New", la("2019-04-03"))
    caller.token_now(syncToken=old)
    assert len(caller.items(syncToken=old)) == 1


@pytest.mark.parametrize(
    "restriction",
    [
        {"timeMin": "2019-04-01T00:00:00Z"},
        {"timeMax": "2019-05-01T00:00:00Z"},
        {"updatedMin": "2019-04-01T00:00:00Z"},
        {"q": "Review"},
        {"iCalUID": "x"},
        {"privateExtendedProperty": "a=b"},
        {"sharedExtendedProperty": "a=b"},
        {"showDeleted": "false"},
    ],
    ids=lambda restriction: next(iter(restriction)),
)
def test_restrictions_beside_a_token_are_refused(
    caller: Caller, restriction: dict[str, str]
) -> None:
    """Filters and a token exclude each other; it is a 400, and the token stays good."""
    token = caller.token_now()
    assert caller.refusal(syncToken=token, **restriction) == (
        400,
        "syncTokenWithRequestRestrictions",
        "Sync token cannot be used with other request restrictions.",
    )
    assert caller.page(syncToken=token)["nextSyncToken"] == token


def test_an_ordering_beside_a_token_is_refused(caller: Caller) -> None:
    """The ordering has a reason of its own."""
    refusal = caller.refusal(syncToken=caller.token_now(), orderBy="updated")
    assert refusal[:2] == (400, "syncTokenWithNonDefaultOrdering")


def test_deleted_ones_may_be_asked_for_beside_a_token(caller: Caller) -> None:
    """`showDeleted=true` says what a delta does anyway."""
    assert caller.page(syncToken=caller.token_now(), showDeleted="true")["items"] == []


def test_expired_tokens_are_gone(fake: FakeGoogle, caller: Caller) -> None:
    """After the service dropped its tokens, a full pass gives a new one."""
    token = caller.token_now()
    fake.expire_sync_tokens()
    assert caller.refusal(syncToken=token) == GONE
    assert caller.token_now() != token


def test_a_token_can_expire_between_two_pages(fake: FakeGoogle, caller: Caller) -> None:
    """The second page of a delta is refused as the first would be."""
    token = caller.token_now()
    for event in fake.truth():
        fake.calendar().edit(event, summary="x")
    page = caller.page(syncToken=token, maxResults="2")
    fake.expire_sync_tokens()
    assert caller.refusal(syncToken=token, pageToken=page["nextPageToken"]) == GONE


@pytest.mark.parametrize("text", ["x", "not a token", "%%%", "AAAA", ""])
def test_what_is_no_token_is_invalid(caller: Caller, text: str) -> None:
    """Text that can't be read is a 400, not a 410."""
    assert caller.refusal(syncToken=text) == INVALID


def test_a_token_is_good_for_one_account(fake: FakeGoogle, caller: Caller) -> None:
    """Another account's token for the same calendar is gone."""
    token = caller.token_now()
    fake.accounts.grant("mine", "owner@example.com")
    fake.accounts.grant("theirs", "reader@example.com")
    fake.share("owner@example.com", "reader@example.com")
    theirs = Caller(fake, "theirs", "owner@example.com")
    assert theirs.refusal(syncToken=token) == GONE


def test_a_token_is_good_for_one_calendar(fake: FakeGoogle, caller: Caller) -> None:
    """A token of one calendar means nothing to another."""
    fake.add_calendar("team@example.com")
    other = Caller(fake, calendar="team@example.com")
    assert other.refusal(syncToken=caller.token_now()) == GONE


def test_a_token_is_good_for_one_set_of_parameters(caller: Caller) -> None:
    """Parameters that shape the list must stay; page size and defaults don't matter."""
    token = caller.token_now()
    assert caller.refusal(syncToken=token, singleEvents="true") == GONE
    assert caller.page(syncToken=token, singleEvents="false", maxResults="7")["items"] == []


def test_primary_is_another_name_of_the_same_calendar(caller: Caller, fake: FakeGoogle) -> None:
    """A token works under either name of the primary calendar."""
    named = Caller(fake, calendar="owner@example.com")
    assert named.page(syncToken=caller.token_now())["items"] == []


def test_a_token_reads_back() -> None:
    """The mark of a token is the one that it was written with."""
    token = write_sync_token(1_553_000_000_000_000, "scope")
    assert read_sync_token(token, "scope") == 1_553_000_000_000_000
    with pytest.raises(Refusal, match="fullSyncRequired"):
        read_sync_token(token, "another scope")
