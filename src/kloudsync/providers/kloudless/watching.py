"""Which subscription a calendar is followed by, and whether it still records."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from kloudsync.errors import APIError, CursorRefused, NotFound, PermissionDenied
from kloudsync.http.json_kinds import Item, is_array
from kloudsync.providers.kloudless.errors import PROVIDER
from kloudsync.providers.kloudless.monitored import DEFAULT, resource_ids
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.times import id_of, text_of


def choose(subscriptions: Sequence[Item], rules: Rules, names: AbstractSet[str]) -> Item | None:
    """Choose the subscription to follow a calendar by; None where one has to be created.

    Args:
        subscriptions: All subscriptions of the account.
        rules: Which one is wanted, and whether one may be created.
        names: The names of the calendar.

    Raises:
        PermissionDenied: The only ones that watch the calendar are switched off.
        NotFound: There is none, and none may be created.
    """
    wanted = rules.subscription
    fitting = [one for one in subscriptions if _fits(one, wanted, names)]
    active = sorted((one for one in fitting if is_active(one)), key=_rank)
    if active:
        return active[0]
    if fitting:
        expect_active(fitting[0])
    if wanted is None and rules.creates_subscription:
        return None
    sought = "no subscription watches the calendar" if wanted is None else f"no {wanted!r}"
    raise _error(
        NotFound, f"{sought} among the account's {len(subscriptions)}; create one", "noSubscription"
    )


def expect_active(subscription: Item) -> None:
    """Refuse a subscription that was switched off.

    Raises:
        PermissionDenied: It was; the message has the reason that the service gives.
    """
    if not is_active(subscription):
        raise _error(PermissionDenied, _told(subscription), "subscriptionInactive")


def expect_unchanged(subscriptions: Sequence[Item], name: str, names: AbstractSet[str]) -> None:
    """See that the subscription of a cursor is still there, active, and watches the calendar.

    Raises:
        CursorRefused: It is not; what happened meanwhile is known to nobody.
    """
    held = next((one for one in subscriptions if _is_named(one, name)), None)
    if held is None:
        raise _error(CursorRefused, f"the subscription {name} is gone", "subscriptionChanged")
    if not is_active(held):
        raise _error(CursorRefused, _told(held), "subscriptionInactive")
    if not watches(held, names):
        told = f"the subscription {name} no longer watches the calendar"
        raise _error(CursorRefused, told, "subscriptionChanged")


def is_active(subscription: Item) -> bool:
    """Tell whether a subscription records; one that does not say so is taken to."""
    return subscription.get("active") is not False


def watches(subscription: Item, names: AbstractSet[str]) -> bool:
    """Tell whether a subscription watches a calendar; one without a list watches everything."""
    monitored = subscription.get("monitored_resources")
    watched = resource_ids(monitored) if is_array(monitored) else ()
    return not watched or not names.isdisjoint(watched)


def _fits(subscription: Item, wanted: str | None, names: AbstractSet[str]) -> bool:
    if wanted is not None:
        return _is_named(subscription, wanted)
    return watches(subscription, names)


def _is_named(subscription: Item, name: str) -> bool:
    is_default = name == DEFAULT and subscription.get("default") is True
    return is_default or id_of(subscription, "id") == name


def _rank(subscription: Item) -> tuple[bool, bool]:
    """Prefer one that names the calendar, then the account's default."""
    named = bool(subscription.get("monitored_resources"))
    return not named, subscription.get("default") is not True


def _told(subscription: Item) -> str:
    reason = text_of(subscription, "disable_reason") or "no reason given"
    name = id_of(subscription, "id") or "of the account"
    return (
        f"Kloudless switched the subscription {name} off ({reason}); mend it, then create it anew"
    )


def _error(leaf: type[APIError], message: str, reason: str) -> APIError:
    return leaf(
        f"kloudless: {message}",
        status=200,
        provider=PROVIDER,
        operation="subscriptions.list",
        reason=reason,
    )
