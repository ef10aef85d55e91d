"""Subscriptions over the API: what may be watched, and for how long."""

from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.accounts import READ
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.call import NO_CONTENT, Call, answer
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.queries import answer_list
from kloudsync.testing.microsoft.refusals import Refusal
from kloudsync.testing.microsoft.subscriptions import MOST, SHORTEST, Subscription

_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))
_LONGEST_STATE: Final = 128


def create_subscription(call: Call) -> Reply:
    """Answer `subscriptions.create`, after the addresses have answered the handshake."""
    call.identity.demand(READ)
    body, held = call.body, call.state.subscriptions
    for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
        if not body.get(name):
            raise _invalid(f"'{name}' is missing.")
    if body.get("includeResourceData"):
        raise _invalid(
            "includeResourceData needs an encryptionCertificate, which is not kept here."
        )
    if len(body.get("clientState") or "") > _LONGEST_STATE:
        raise _invalid("'clientState' is too long.")
    mailbox, calendar = _watched(call, body["resource"])
    subscription = Subscription(
        id=held.guid(),
        resource=body["resource"],
        kinds=_kinds(body["changeType"]),
        address=_address(call, body["notificationUrl"]),
        lifecycle_address=_address(call, body.get("lifecycleNotificationUrl") or ""),
        client_state=body.get("clientState"),
        expires_at=_expiration(call, body["expirationDateTime"]),
        mailbox=mailbox,
        calendar=calendar,
        creator=call.mailbox.id,
        lasting=call.form().lasting,
    )
    _check_others(call, subscription)
    for address in dict.fromkeys((subscription.address, subscription.lifecycle_address)):
        if address and not held.shake_hands(address):
            raise _invalid(
                "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request."
            )
    held.add(subscription)
    return answer(_described(call, subscription), 201)


def list_subscriptions(call: Call) -> Reply:
    """Answer `subscriptions.list`."""
    held = list(call.state.subscriptions)
    return answer_list(call, held, Subscription.described, context="subscriptions")


def get_subscription(call: Call) -> Reply:
    """Answer `subscriptions.get`."""
    return answer(_described(call, _found(call)))


def update_subscription(call: Call) -> Reply:
    """Answer `subscriptions.update`: it lives on until another instant."""
    subscription = _found(call)
    if call.body.get("expirationDateTime"):
        subscription.expires_at = _expiration(call, call.body["expirationDateTime"])
    if call.body.get("notificationUrl"):
        subscription.address = _address(call, call.body["notificationUrl"])
    return answer(_described(call, subscription))


def reauthorize_subscription(call: Call) -> Reply:
    """Answer `subscriptions.reauthorize`."""
    _found(call)
    return NO_CONTENT


def delete_subscription(call: Call) -> Reply:
    """Answer `subscriptions.delete`."""
    call.state.subscriptions.end(_found(call))
    return NO_CONTENT


def _found(call: Call) -> Subscription:
    for one in call.state.subscriptions:
        if one.id == call.names[0]:
            return one
    raise Refusal(404, "ResourceNotFound", "The object was not found.")


def _described(call: Call, subscription: Subscription) -> dict[str, object]:
    context = f"{call.root}/$metadata#subscriptions/$entity"
    return {"@odata.context": context, **subscription.described()}


def _watched(call: Call, resource: str) -> tuple[Mailbox, FakeCalendar]:
    """Find the calendar whose events a resource names."""
    parts = [unquote(part) for part in urlsplit(resource).path.strip("/").split("/")]
    mailbox: Mailbox | None = call.mailbox
    if parts[0].lower() == "me":
        parts = parts[1:]
    elif parts[0].lower() == "users" and len(parts) > 1:
        mailbox, parts = call.tenant.find(parts[1]), parts[2:]
    folded = [part.lower() for part in parts]
    if mailbox is None:
        raise _bad_resource()
    if not mailbox.is_in_cloud:
        message = "The mailbox of the resource is currently on backend 'Unknown'."
        raise Refusal(403, "ExtensionError", message)
    if folded in (["events"], ["calendar", "events"]):
        return mailbox, mailbox.default
    main_only = Habit.WATCH_MAIN_ONLY in call.tenant.habits
    if main_only or len(parts) != 3 or (folded[0], folded[2]) != ("calendars", "events"):
        raise _bad_resource()
    try:
        return mailbox, mailbox.calendar(parts[1])
    except Refusal:
        raise _bad_resource() from None


def _kinds(text: str) -> frozenset[str]:
    kinds = frozenset(kind.strip().lower() for kind in text.split(","))
    if not kinds <= set(shapes.CHANGE_TYPE):
        raise _invalid("'changeType' is invalid.")
    return kinds


def _address(call: Call, address: str) -> str:
    parts = urlsplit(address)
    on_loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    lenient = on_loopback and not call.state.subscriptions.https_only
    if address and parts.scheme != "https" and not lenient:
        raise _invalid("Notification URL must be secure: only the https scheme is supported.")
    return address


def _expiration(call: Call, text: str) -> datetime:
    """Read how long it is to live: longer than allowed is refused, shorter is lengthened."""
    now = call.tenant.clock.now()
    wanted = call.moment({"expirationDateTime": text}, "expirationDateTime")
    if wanted <= now:
        raise _invalid("Subscription expiration can only be in the future.")
    longest = call.state.subscriptions.longest
    if wanted > now + longest:
        minutes = int(longest.total_seconds() // 60)
        raise _invalid(f"Subscription expiration can only be {minutes} minutes in the future.")
    return max(wanted, now + SHORTEST)


def _check_others(call: Call, wanted: Subscription) -> None:
    """Refuse what is there already, and more than a mailbox may have."""
    others = [one for one in call.state.subscriptions if one.mailbox is wanted.mailbox]
    if len(others) >= MOST:
        raise Refusal(403, "ExtensionError", "The mailbox has too many subscriptions.")
    for one in others:
        same = one.calendar is wanted.calendar and one.kinds == wanted.kinds
        if same and one.address == wanted.address:
            raise Refusal(409, "InvalidRequest", "A subscription of this kind exists already.")


def _invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidRequest", message)


def _bad_resource() -> Refusal:
    return _invalid("'Resource' is invalid.")
