"""Where an application's webhook endpoint hands its requests in."""

from __future__ import annotations

from kloudsync.http.webhook import Fields
from kloudsync.model.arrival import Acknowledgement, Arrival
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.providers.google.push import unwrap as unwrap_google
from kloudsync.push.intake import Intake, Receipt
from kloudsync.push.ports import IntakeStore, Unwrap
from kloudsync.runtime.clock import Clock, SystemClock
from kloudsync.runtime.threads import in_thread


class PushIntake:
    """Takes notifications in for any number of accounts, and marks their calendars as due.

    It needs no client and no token, only the store. Syncing is a `Watcher`'s work, in this
    process or another one.

    ```python
    intake = PushIntake(store)

    @app.post("/google")                       # any web framework
    def notified(request):
        return Response(status=intake.answer(request.headers))
    ```

    Args:
        store: Where the channels are.
        unwrap: Verifies and reads a message; Google's by default.
        clock: Tells the time; tests pass their own.
    """

    def __init__(
        self,
        store: IntakeStore,
        *,
        unwrap: Unwrap = unwrap_google,
        clock: Clock | None = None,
    ) -> None:
        chosen = clock or SystemClock()
        self._store = store
        self._intake = Intake(store=store, unwrap=unwrap, now=lambda: chosen.now().timestamp())

    def receive(self, headers: Fields, body: bytes = b"") -> Receipt:
        """Verify a notification and mark its calendars as due, durably.

        Args:
            headers: The request's header fields; names in any case.
            body: The request's body.

        Raises:
            SignatureMismatch: It does not prove where it comes from.
            NotificationStale: Its channel is unknown, closed or expired.
            WebhookError: It is no notification.
            StoreError: The store failed; have it sent again.
        """
        return self._intake.receive(Arrival(headers=headers, body=body))

    def answer(self, headers: Fields, body: bytes = b"") -> int:
        """Take a request in and return the status to answer it with, whatever it is.

        204: taken in. 400: no notification. 403: not proven. 410: of a channel that is unknown
        or has ended. 503: the store failed, and the service will send it again.
        """
        return self.acknowledge(Arrival(headers=headers, body=body)).status

    def acknowledge(self, arrival: Arrival) -> Acknowledgement:
        """Take a request in and say how to answer it, whatever it is.

        What `answer` does, for services that check an address and expect words of their own.
        """
        return self._intake.answer(arrival)

    def mark(self, topic: Topic | CalendarKey) -> None:
        """Mark a calendar as due for a reason of your own, such as another service's webhook."""
        chosen = topic if isinstance(topic, Topic) else Topic(topic)
        self._store.mark(chosen, now=self._intake.now())


class AsyncPushIntake:
    """Takes notifications in from within an event loop; the store is called in a worker thread.

    The twin of `PushIntake`.

    Args:
        store: Where the channels are; the same stores as for `PushIntake`.
        unwrap: Verifies and reads a message; Google's by default.
        clock: Tells the time; tests pass their own.
    """

    def __init__(
        self,
        store: IntakeStore,
        *,
        unwrap: Unwrap = unwrap_google,
        clock: Clock | None = None,
    ) -> None:
        self._intake = PushIntake(store, unwrap=unwrap, clock=clock)

    async def receive(self, headers: Fields, body: bytes = b"") -> Receipt:
        """Verify a notification and mark its calendars as due; see `PushIntake.receive`."""
        return await in_thread(self._intake.receive, headers, body)

    async def answer(self, headers: Fields, body: bytes = b"") -> int:
        """Take a request in and return the status to answer it with; see `PushIntake.answer`."""
        return await in_thread(self._intake.answer, headers, body)

    async def acknowledge(self, arrival: Arrival) -> Acknowledgement:
        """Take a request in and say how to answer it; see `PushIntake.acknowledge`."""
        return await in_thread(self._intake.acknowledge, arrival)

    async def mark(self, topic: Topic | CalendarKey) -> None:
        """Mark a calendar as due for a reason of your own."""
        await in_thread(self._intake.mark, topic)
