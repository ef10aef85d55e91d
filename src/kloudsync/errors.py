"""Every exception that kloudsync raises.

```
KloudsyncError
├── UsageError                  the caller's input is wrong; nothing was sent or written (also a ValueError)
│   └── RecurrenceError         a recurrence line that cannot be repaired
│       └── UnboundedRecurrence an expansion that would never end was asked for
├── MissingExtra                an optional dependency is not installed (also an ImportError)
├── ZoneDataMissing             this machine has no time zone database
├── TransportError              no answer arrived
│   ├── ConnectFailed           no connection could be made, or it broke
│   └── TimedOut                the connection or the answer took too long
├── APIError                    the service answered with an error
│   ├── BadRequest              the service refuses the request as it stands
│   │   ├── InvalidFields       the service names what it refuses; `fields` has its words
│   │   └── AddressRefused      the service sends no notifications to the address
│   ├── Unauthorized            the credentials are missing, wrong or expired
│   ├── ConsentRequired         a person has to grant access again; never retried
│   ├── PermissionDenied        the credentials are valid but do not reach this resource
│   ├── NotFound                the resource does not exist, or is hidden from these credentials
│   ├── Conflict                the identifier is taken, or two writes met
│   ├── Gone                    the resource was deleted
│   ├── CursorRefused           a sync cursor is no longer accepted; a full pass is needed
│   ├── PreconditionFailed      the resource changed since the version the caller named
│   ├── RateLimited             too many requests; `retry_after` says how long to wait where known
│   └── ServiceUnavailable      the service failed or is down
├── DecodeError                 the service answered something that is not what it documents
│   └── AnswerTooLong           an answer of more bytes than are read
├── SeriesEditUnfinished        an edit of a series was broken off; repeating it completes it
├── SyncError                   the engine cannot go on
│   ├── ResyncLoop              cursors were refused again right after full passes
│   ├── LeaseHeld               another worker is syncing this calendar
│   └── LeaseLost               the lease ran out and another worker took over; nothing was committed
├── StoreError                  the store cannot be used
│   ├── StoreCorrupt            the file is not a kloudsync store
│   ├── StoreTooNew             the store was written by a newer kloudsync
│   ├── StoreFull               the disk or quota is full; the store is as before
│   └── StoreBusy               the store is locked by another program for too long
└── WebhookError                a notification was refused
    ├── SignatureMismatch       the signature or token is absent or wrong
    └── NotificationStale       the notification is expired, replayed or for an unknown channel
```

A leaf says what happened; its attributes say the rest. Messages tell what was
expected, what was found and what to do, and never contain credentials.

Errors travel: each can be copied and pickled, and comes out with its message and its
attributes. The answer that it came from stays behind, since it may hold what nobody
meant to write down; so does the cause, as with every exception of Python's. Queues that write
JSON hand over the class and the message alone: each error can be made of those, too, and its
attributes then say that nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

E = TypeVar("E", bound=BaseException)


class AnswerHeaders(Protocol):
    """The header fields of an answer."""

    def get(self, name: str, /) -> str | None:
        """Return the first value of a header field, or None."""
        ...


class ErrorAnswer(Protocol):
    """What an error keeps of the answer that it came from."""

    @property
    def status(self) -> int:
        """The HTTP status code."""
        ...

    @property
    def headers(self) -> AnswerHeaders:
        """Header fields as received."""
        ...

    @property
    def body(self) -> bytes:
        """The decoded bytes."""
        ...

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        ...

    def json(self) -> Any:
        """Parse the body as JSON; raises ValueError where it is none."""
        ...


class KloudsyncError(Exception):
    """Anything that kloudsync raises on purpose; see above for how errors travel."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Tell `copy` and `pickle` how to make this error again, without its answer."""
        state: dict[str, Any] = dict(vars(self))
        if isinstance(self, ImportError):
            state |= {"name": self.name, "path": self.path}
        if "response" in state:
            state["response"] = None
        return _remade, (type(self), self.args), state


def _remade(kind: type[E], told: tuple[Any, ...]) -> E:
    # Not by calling the class: its arguments, or those of a caller's subclass, are not known.
    error = kind.__new__(kind, *told)
    error.args = told
    return error


class UsageError(KloudsyncError, ValueError):
    """The caller's input is wrong; nothing was sent or written."""


class RecurrenceError(UsageError):
    """A recurrence line that cannot be understood or repaired.

    Attributes:
        property_name: The iCalendar property at fault, such as `RRULE`, or None.
        column: Zero-based position of the fault in the line, or None.
    """

    def __init__(
        self, message: str, *, property_name: str | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.property_name = property_name
        self.column = column


class UnboundedRecurrence(RecurrenceError):
    """An expansion without end was asked for where a complete answer is needed."""


class MissingExtra(KloudsyncError, ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""


class ZoneDataMissing(KloudsyncError):
    """This machine has no time zone database, so that not even well-known zones can be read."""


class TransportError(KloudsyncError):
    """No answer arrived.

    Attributes:
        operation: The name of the operation that was performed, such as `events.list`.
        sent: Whether the request may have reached the service; False where it surely did not.
    """

    def __init__(self, message: str, *, operation: str | None = None, sent: bool = True) -> None:
        super().__init__(message)
        self.operation = operation
        self.sent = sent


class ConnectFailed(TransportError):
    """No connection could be made, or it broke before the answer was complete."""


class TimedOut(TransportError):
    """Connecting, sending or receiving took longer than the timeout."""


class APIError(KloudsyncError):
    """The service answered with an error.

    Attributes:
        status: The HTTP status code; 0 where nothing but the message was handed over.
        provider: The service, such as `google`; empty there.
        operation: The name of the operation, such as `events.list`.
        reason: The service's own code for the error, such as `rateLimitExceeded`, or None.
        request_id: The service's id of the request where it sends one, or None.
        retry_after: Seconds to wait before another try where the service says so, or None.
        response: The whole answer, with headers and body; None in a copy.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        provider: str = "",
        operation: str | None = None,
        reason: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        response: ErrorAnswer | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.provider = provider
        self.operation = operation
        self.reason = reason
        self.request_id = request_id
        self.retry_after = retry_after
        self.response = response


class BadRequest(APIError):
    """The service refuses the request as it stands; sending it again will not help."""


class InvalidFields(BadRequest):
    """The service refuses fields of the request, and says what is wrong with each.

    Attributes:
        fields: The service's words by field; under an empty name what belongs to none.
    """

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, tuple[str, ...]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message, **details)
        self.fields: Mapping[str, tuple[str, ...]] = dict(fields or {})


class AddressRefused(BadRequest):
    """The service sends no notifications to the address that it was given, whatever the topic."""


class Unauthorized(APIError):
    """The credentials are missing, wrong or expired."""


class ConsentRequired(APIError):
    """Access was revoked or has lapsed; a person has to grant it again. Never retried."""


class PermissionDenied(APIError):
    """The credentials are valid but do not reach this resource or action."""


class NotFound(APIError):
    """The resource does not exist, or is hidden from these credentials."""


class Conflict(APIError):
    """The identifier is taken already, or two writes met."""


class Gone(APIError):
    """The resource existed and was deleted."""


class CursorRefused(APIError):
    """A sync cursor is no longer accepted; only a full pass helps."""


class PreconditionFailed(APIError):
    """The resource changed since the version that the caller named."""


class RateLimited(APIError):
    """Too many requests; `retry_after` says how many seconds to wait where the service does."""


class ServiceUnavailable(APIError):
    """The service failed or is down; the same request may succeed later."""


class DecodeError(KloudsyncError):
    """The service answered something that is not what it documents.

    Attributes:
        operation: The name of the operation, such as `events.list`.
        problems: One line per problem: what is wrong, and at which path.
        response: The whole answer; None where a stored payload was decoded, and in a copy.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        problems: tuple[str, ...] = (),
        response: ErrorAnswer | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.problems = problems
        self.response = response


class AnswerTooLong(DecodeError):
    """The answer has more bytes than are read; asking for less at once may help."""


class SeriesEditUnfinished(KloudsyncError):
    """An edit of a series was broken off when it had begun; repeating it completes it.

    The series is changed. Of its occurrences that were changed or cancelled before, some are not
    handed over yet: they are noted on the series, and any further edit of it by this library
    hands them over first. What went wrong is the cause.

    Attributes:
        series: The id of the series.
        waiting: What is to be handed over, as it was: events of the wire.
    """

    def __init__(self, message: str, *, series: str = "", waiting: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.series = series
        self.waiting = waiting


class SyncError(KloudsyncError):
    """The engine cannot go on; the store is as after the last committed pass."""


class ResyncLoop(SyncError):
    """The service refused its own new cursors several times in a row."""


class LeaseHeld(SyncError):
    """Another worker syncs this calendar, or pushes to this sink; try again when it is done."""


class LeaseLost(SyncError):
    """The lease ran out and another worker took over; this run committed nothing more."""


class DeletionsPending(SyncError):
    """A listing lacks much that nobody said is deleted; somebody has to settle it; all else is committed."""


class IdentityMismatch(SyncError):
    """The client is another person's than the copy; give each account a name of its own."""


class StoreError(KloudsyncError):
    """The store cannot be used as asked; what it held before is unchanged."""


class StoreCorrupt(StoreError):
    """The file is not a kloudsync store, or is damaged."""


class StoreTooNew(StoreError):
    """The store was written by a newer kloudsync than this one."""


class StoreFull(StoreError):
    """The disk or the quota is full; the last commit is intact."""


class StoreBusy(StoreError):
    """The store stayed locked by another program for longer than the timeout."""


class WebhookError(KloudsyncError):
    """A notification was refused."""


class SignatureMismatch(WebhookError):
    """The signature or token of a notification is absent or wrong."""


class NotificationStale(WebhookError):
    """The notification is expired, replayed, or belongs to no known channel."""
