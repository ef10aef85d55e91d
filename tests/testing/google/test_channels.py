from datetime import timedelta
from typing import Any

import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.deliveries import Message
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeCalendar, FakeGoogle

WEEK = 604_800
PLACE = "calendars/owner%40example.com/events"


def wanted(name: str = "channel-1", **fields: Any) -> dict[str, Any]:
    """Describe a channel as a client does."""
    return {
        "id": name,
        "type": "web_hook",
        "address": "https://hooks.example.com/",
        "token": "t",
        **fields,
    }


def watch(caller: Caller, *, path: str = PLACE, **fields: Any) -> Reply:
    """Open a channel."""
    return caller.send("POST", f"{path}/watch", body=wanted(**fields))


def waiting(fake: FakeGoogle) -> list[Message]:
    """Return the messages that are about to leave."""
    return fake.channels.deliveries.waiting


def states(fake: FakeGoogle) -> list[str]:
    """Return what the messages say that are about to leave."""
    return [message.headers["X-Goog-Resource-State"] for message in waiting(fake)]


def seconds(reply: Reply, fake: FakeGoogle) -> float:
    """Return how long a channel was granted."""
    return int(read(reply)["expiration"]) / 1000 - fake.clock.now().timestamp()


def test_a_channel_is_opened(fake: FakeGoogle, caller: Caller) -> None:
    """The answer repeats what was asked for, and names the resource and the end."""
    answer = read(watch(caller))
    assert answer["kind"] == "api#channel"
    assert (answer["id"], answer["token"]) == ("channel-1", "t")
    assert answer["resourceUri"].endswith(f"{PLACE}?alt=json")
    assert [channel.resource for channel in fake.channels] == [answer["resourceId"]]


def test_a_resource_has_one_name(caller: Caller) -> None:
    """Channels of one list name it alike; other lists have other names."""
    names = [
        read(watch(caller, path=path, name=f"channel-{number}"))["resourceId"]
        for number, path in enumerate(
            (PLACE, PLACE, "calendars/primary/acl", "users/me/calendarList", "users/me/settings")
        )
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 4


@pytest.mark.parametrize(
    ("fields", "granted"),
    [
        ({}, WEEK),
        ({"params": {"ttl": "60"}}, 60),
        ({"params": {"ttl": "99999999"}}, 30 * 86_400),
        ({"expiration": "99999999999999"}, 30 * 86_400),
        ({"expiration": "99999999999999", "params": {"ttl": "60"}}, 60),
    ],
)
def test_a_life_is_granted(
    fake: FakeGoogle, caller: Caller, fields: dict[str, Any], granted: float
) -> None:
    """A week, or what was asked for; at most a month, and the stricter of two wishes."""
    assert seconds(watch(caller, **fields), fake) == granted


def test_the_first_message_is_the_handshake(fake: FakeGoogle, caller: Caller) -> None:
    """It has number 1 and all the headers."""
    watch(caller)
    (message,) = waiting(fake)
    assert message.headers["X-Goog-Message-Number"] == "1"
    assert message.headers["X-Goog-Resource-State"] == "sync"
    assert message.headers["X-Goog-Channel-Token"] == "t"
    assert message.headers["X-Goog-Channel-Expiration"].endswith(" GMT")


def test_an_action_is_one_message(fake: FakeGoogle, caller: Caller, calendar: FakeCalendar) -> None:
    """However many events an action touches; numbers rise."""
    watch(caller)
    series = calendar.create("Stand-up", la("2019-04-02"), recurrence=["RRULE:FREQ=DAILY"])
    calendar.edit_following(series, la("2019-04-05"), start=la("2019-04-05", 14))
    assert states(fake) == ["sync", "exists", "exists"]
    numbers = [int(message.headers["X-Goog-Message-Number"]) for message in waiting(fake)]
    assert numbers == sorted(set(numbers))


def test_clients_writes_are_announced(fake: FakeGoogle, caller: Caller) -> None:
    """What a client writes is announced as well, to itself too."""
    watch(caller)
    start, end = ({"dateTime": f"2019-04-02T{hour}:00:00-07:00"} for hour in (13, 14))
    caller.call("POST", body={"summary": "Review", "start": start, "end": end})
    assert states(fake) == ["sync", "exists"]


def test_other_calendars_are_not_announced(fake: FakeGoogle, caller: Caller) -> None:
    """A channel tells of its own list only."""
    watch(caller)
    fake.add_calendar("team@example.com").create("Review", la("2019-04-02"))
    assert states(fake) == ["sync"]


def test_a_shared_calendar_changes_the_list(fake: FakeGoogle, caller: Caller) -> None:
    """The list of calendars announces what comes and goes, to whom it concerns."""
    watch(caller, path="users/me/calendarList")
    fake.add_calendar("team@example.com")
    fake.share("team@example.com", "reader@example.com")
    assert states(fake) == ["sync", "exists"]


def test_a_channel_ends(fake: FakeGoogle, caller: Caller, calendar: FakeCalendar) -> None:
    """When its time is over it is silent, and unknown."""
    resource = read(watch(caller, params={"ttl": "60"}))["resourceId"]
    assert isinstance(fake.clock, ManualClock)
    fake.clock.advance(timedelta(seconds=60))
    calendar.create("Review", la("2019-04-02"))
    assert states(fake) == ["sync"]
    assert list(fake.channels) == []
    stop = {"id": "channel-1", "resourceId": resource}
    assert caller.send("POST", "channels/stop", body=stop).status == 404


def test_a_channel_is_stopped(fake: FakeGoogle, caller: Caller, calendar: FakeCalendar) -> None:
    """Once, by name and resource; then it is unknown."""
    resource = read(watch(caller))["resourceId"]
    stop = {"id": "channel-1", "resourceId": resource}
    reply = caller.send("POST", "channels/stop", body=stop)
    assert (reply.status, reply.body) == (204, b"")
    calendar.create("Review", la("2019-04-02"))
    assert states(fake) == ["sync"]
    again = why(caller.send("POST", "channels/stop", body=stop))
    assert again == (404, "notFound", "Channel 'channel-1' not found for project 'fake'")


def test_a_wrong_resource_stops_nothing(fake: FakeGoogle, caller: Caller) -> None:
    """The name alone does not do."""
    watch(caller)
    stop = {"id": "channel-1", "resourceId": "own-id"}
    assert caller.send("POST", "channels/stop", body=stop).status == 404
    assert len(list(fake.channels)) == 1


def test_others_stop_nothing(fake: FakeGoogle, caller: Caller) -> None:
    """Only the account that opened a channel can stop it."""
    fake.accounts.grant("any", "owner@example.com")
    fake.accounts.grant("theirs", "reader@example.com")
    stop = {"id": "channel-1", "resourceId": read(watch(caller))["resourceId"]}
    assert Caller(fake, "theirs").send("POST", "channels/stop", body=stop).status == 404


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"address": "http://hooks.example.com/"}, "push.webhookUrlNotHttps"),
        ({"type": "email"}, "push.channelTypeNotSupported"),
        ({"name": "x" * 65}, "invalid"),
        ({"name": "with space"}, "invalid"),
        ({"token": "t" * 257}, "invalid"),
        ({"address": ""}, "required"),
        ({"name": ""}, "required"),
        ({"params": {"ttl": "long"}}, "invalid"),
    ],
)
def test_a_bad_wish_is_refused(
    fake: FakeGoogle, caller: Caller, fields: dict[str, Any], reason: str
) -> None:
    """With 400 and a reason of its own, and without a message."""
    assert why(watch(caller, **fields))[:2] == (400, reason)
    assert waiting(fake) == []


def test_a_name_is_used_once(caller: Caller) -> None:
    """Even after its channel was stopped."""
    resource = read(watch(caller))["resourceId"]
    caller.send("POST", "channels/stop", body={"id": "channel-1", "resourceId": resource})
    refusal = (400, "channelIdNotUnique", "Channel id channel-1 not unique")
    assert why(watch(caller)) == refusal


def test_holidays_cannot_be_watched(fake: FakeGoogle, caller: Caller) -> None:
    """Nor can other calendars that the test names."""
    fake.add_calendar("en.usa#holiday@group.v.calendar.google.com")
    fake.channels.unwatchable.add("owner@example.com")
    holidays = "calendars/en.usa%23holiday%40group.v.calendar.google.com/events"
    for path in (holidays, PLACE):
        assert why(watch(caller, path=path))[1] == "pushNotSupportedForRequestedResource"


def test_what_is_hidden_cannot_be_watched(caller: Caller) -> None:
    """A calendar that the account does not see is not found."""
    assert watch(caller, path="calendars/else%40example.com/events").status == 404


def test_http_on_loopback(fake: FakeGoogle, caller: Caller) -> None:
    """On the loopback interface http will do, unless the test says otherwise."""
    assert watch(caller, address="http://127.0.0.1:8000/").status == 200
    fake.channels.https_only = True
    refused = watch(caller, name="channel-2", address="http://127.0.0.1:8000/")
    assert why(refused)[1] == "push.webhookUrlNotHttps"
