import pytest
from tests.testing.google.caller import Caller, read, why

from kloudsync.testing.google import FakeGoogle

RULES = "calendars/primary/acl"
RULE = f"{RULES}/user%3Areader%40example.com"
GRANT = {"role": "reader", "scope": {"type": "user", "value": "reader@example.com"}}


def test_a_grant_opens_a_calendar_and_its_end_closes_it(fake: FakeGoogle, caller: Caller) -> None:
    """Rules decide what an account may do."""
    fake.accounts.grant("any", "owner@example.com")
    fake.accounts.grant("theirs", "reader@example.com")
    theirs = Caller(fake, "theirs", calendar="owner@example.com")
    assert why(theirs.call("GET"))[0] == 404
    rule = read(caller.send("POST", RULES, body=GRANT))
    assert (rule["id"], rule["role"]) == ("user:reader@example.com", "reader")
    assert theirs.page()["accessRole"] == "reader"
    read(caller.send("PATCH", RULE, body={"role": "writer"}))
    assert theirs.page()["accessRole"] == "writer"
    assert caller.send("DELETE", RULE).status == 204
    assert why(theirs.call("GET"))[0] == 404
    assert why(caller.send("GET", RULE))[0] == 404


def test_deleted_rules_come_with_the_role_none(caller: Caller) -> None:
    """In deltas always, in full lists on request."""
    caller.send("POST", RULES, body=GRANT)
    first = read(caller.send("GET", RULES))
    assert [rule["role"] for rule in first["items"]] == ["owner", "reader"]
    caller.send("DELETE", RULE)
    delta = read(caller.send("GET", RULES, {"syncToken": str(first["nextSyncToken"])}))
    assert [(rule["id"], rule["role"]) for rule in delta["items"]] == [
        ("user:reader@example.com", "none")
    ]
    assert len(read(caller.send("GET", RULES))["items"]) == 1
    assert len(read(caller.send("GET", RULES, {"showDeleted": "true"}))["items"]) == 2


def test_a_delta_hides_no_deletions(caller: Caller) -> None:
    """`showDeleted=false` is refused beside a sync token."""
    token = str(read(caller.send("GET", RULES))["nextSyncToken"])
    refused = caller.send("GET", RULES, {"syncToken": token, "showDeleted": "false"})
    assert why(refused)[:2] == (400, "syncTokenWithRequestRestrictions")


@pytest.mark.parametrize(
    "rule",
    [
        {"role": "reader"},
        {"role": "king", "scope": {"type": "default"}},
        {"scope": {"type": "default"}},
        {"role": "reader", "scope": {"type": "user"}},
        {"role": "reader", "scope": {"type": "default", "value": "x"}},
        {"role": "reader", "scope": {"type": "planet", "value": "x"}},
    ],
)
def test_rules_that_say_nothing_are_refused(caller: Caller, rule: object) -> None:
    """A rule needs a known role, a kind of grantee, and its name."""
    assert why(caller.send("POST", RULES, body=rule))[:2] == (400, "invalid")


def test_everybody_and_domains_are_grantees(fake: FakeGoogle, caller: Caller) -> None:
    """The most that any rule allows counts."""
    fake.accounts.grant("any", "owner@example.com")
    fake.accounts.grant("theirs", "reader@example.com")
    theirs = Caller(fake, "theirs", calendar="owner@example.com")
    domain = {"type": "domain", "value": "example.com"}
    caller.send("POST", RULES, body={"role": "writer", "scope": domain})
    caller.send("POST", RULES, body={"role": "reader", "scope": {"type": "default"}})
    assert theirs.page()["accessRole"] == "writer"


def test_the_owner_cannot_be_locked_out(caller: Caller) -> None:
    """The owner's own rule stays."""
    refused = caller.send("DELETE", f"{RULES}/user%3Aowner%40example.com")
    assert why(refused)[:2] == (403, "cannotChangeOwnerAcl")


def test_an_update_names_its_scope(caller: Caller) -> None:
    """A whole rule has one."""
    caller.send("POST", RULES, body=GRANT)
    assert why(caller.send("PUT", RULE, body={"role": "writer"}))[:2] == (400, "required")
    assert read(caller.send("PUT", RULE, body=GRANT | {"role": "writer"}))["role"] == "writer"


def test_changed_access_ends_the_sync_tokens_of_the_events(caller: Caller) -> None:
    """As the service documents."""
    token = caller.token_now()
    caller.send("POST", RULES, body=GRANT)
    assert caller.refusal(syncToken=token)[:2] == (410, "fullSyncRequired")
