"""The quickstart of Kloudless's Google Calendar connector, step by step.

It runs against a fake Kloudless on a loopback port. With `KLOUDSYNC_KLOUDLESS_BASE_URL` and
`KLOUDSYNC_KLOUDLESS_TOKEN` set, it runs against that service instead, and leaves an event named
"Example Event Name" in the account's primary calendar.

    python examples/kloudless_quickstart.py
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

from kloudsync import Kloudless
from kloudsync.kloudless import Event
from kloudsync.testing import FakeKloudless


def main() -> None:
    """Walk through the quickstart."""
    with service() as base_url, Kloudless(token(), base_url=base_url) as kloudless:
        subscription = verify_subscription(kloudless)
        retrieve_initial_data(kloudless)
        cursor = poll(kloudless, subscription)
        add_event(kloudless)
        cursor = retrieve_new_activity(kloudless, subscription, cursor)
        ask_again(kloudless, subscription, cursor)


def verify_subscription(kloudless: Kloudless) -> str:
    """See that an account with Track Activity has its default subscription."""
    for subscription in kloudless.subscriptions.iterate():
        print(f"subscription {subscription.id}: active={subscription.active}")
        if subscription.active and subscription.id:
            return subscription.id
    created = kloudless.subscriptions.create()
    print(f"subscription {created.id}: created")
    return created.id or "default"


def retrieve_initial_data(kloudless: Kloudless) -> None:
    """List what the primary calendar holds."""
    for event in kloudless.events.iterate("primary"):
        print(f"event: {event.name}, {event.start}")


def poll(kloudless: Kloudless, subscription: str) -> str | None:
    """Ask for activity; right after the subscription was made there is none."""
    activity = kloudless.activity.list(subscription)
    print(f"activity: count={activity.count} cursor={activity.cursor}")
    return activity.cursor or None


def add_event(kloudless: Kloudless) -> None:
    """Add an event to the calendar."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    event = Event(name="Example Event Name", start=start, end=start + timedelta(hours=1))
    created = kloudless.events.create(event, calendar="primary")
    print(f"added: {created.name}")


def retrieve_new_activity(
    kloudless: Kloudless, subscription: str, cursor: str | None
) -> str | None:
    """See the new event in the activity; every page brings the cursor to save."""
    page = kloudless.activity.list(subscription, cursor=cursor)
    while page.items:
        for one in page.items:
            name = one.event.name if one.event else one.id
            print(f"activity: {one.type} {name}")
        cursor = page.cursor or cursor
        page = kloudless.activity.list(subscription, cursor=cursor)
    print("saved the cursor")
    return cursor


def ask_again(kloudless: Kloudless, subscription: str, cursor: str | None) -> None:
    """Ask with the saved cursor: what was seen before is not told again."""
    activity = kloudless.activity.list(subscription, cursor=cursor)
    print(f"activity: count={activity.count}")


def service() -> AbstractContextManager[str | None]:
    """Return the service that the environment names, or a fake one on a loopback port."""
    if "KLOUDSYNC_KLOUDLESS_BASE_URL" in os.environ:
        return nullcontext(None)
    return FakeKloudless().serve()


def token() -> str | None:
    """Return a token for the fake; None takes that of the environment."""
    return None if "KLOUDSYNC_KLOUDLESS_BASE_URL" in os.environ else "any-token"


if __name__ == "__main__":
    main()
