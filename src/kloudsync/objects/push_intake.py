"""Where an application's webhook endpoint hands its requests in."""

from __future__ import annotations

from kloudsync.http.webhook import Fields
from kloudsync.model.arrival import Acknowledgement, Arrival
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.objects.fitting import CHANNELS, expect, expect_function
from kloudsync.objects.registry import provider_named
from kloudsync.push.intake import Intake, Receipt
from kloudsync.push.ports import IntakeStore, Unwrap
from kloudsync.runtime.clock import Clock, SystemClock
from kloudsync.runtime.colour import Awaits, Blocks, C_co, InColour
from kloudsync.runtime.twin import twin


class TakingIn(InColour[C_co]):
    """Takes notifications in for any number of accounts, in either colour."""

    def __init__(
        self,
        store: IntakeStore,
        *,
        unwrap: Unwrap | str = "google",
        due_in: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Make an intake.

        Args:
            store: Where the channels are.
            unwrap: Verifies and reads a message; or the name of the provider whose messages come.
            due_in: In how many seconds what a notification is about is due for a `Fleet`, so that
                several of one action are fetched once; None where a `Watcher` works at it.
            clock: Tells the time; tests pass their own.

        Raises:
            UsageError: The store keeps no channels, nobody registered the provider, its messages
                take more to be read than the store, or `unwrap` is no plain function.
        """
        expect(store, CHANNELS, self)
        reading = _reading(unwrap)
        expect_function(reading, "unwrap", self)
        chosen = clock or SystemClock()
        self._store = store
        self._intake = Intake(
            store=store,
            unwrap=reading,
            now=lambda: chosen.now().timestamp(),
            due_in=due_in,
        )

    @twin
    async def receive(self, headers: Fields, body: bytes = b"") -> Receipt:
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
        arrival = Arrival(headers=headers, body=body)
        return await self.colour.run(self._intake.receive, arrival)

    @twin
    async def answer(self, headers: Fields, body: bytes = b"") -> int:
        """Take a request in and return the status to answer it with, whatever it is.

        204: taken in. 400: no notification. 403: not proven. 410: of a channel that is unknown
        or has ended. 503: the store failed, and the service will send it again.
        """
        arrival = Arrival(headers=headers, body=body)
        return (await self.colour.run(self._intake.answer, arrival)).status

    @twin
    async def acknowledge(self, arrival: Arrival) -> Acknowledgement:
        """Take a request in and say how to answer it, whatever it is.

        What `answer` does, for services that check an address and expect words of their own.
        """
        return await self.colour.run(self._intake.answer, arrival)

    @twin
    async def mark(self, topic: Topic | CalendarKey) -> None:
        """Mark a calendar as due for a reason of your own, such as another service's webhook.

        A fleet syncs what it follows; nothing is enrolled by this. Of the key of a part, such as
        a window, its calendar is meant.

        Raises:
            StoreError: The store failed.
        """
        chosen = topic if isinstance(topic, Topic) else Topic(topic.whole)
        await self.colour.run(self._intake.mark, chosen)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store!r})"


def _reading(unwrap: Unwrap | str) -> Unwrap:
    if not isinstance(unwrap, str):
        return unwrap
    provider = provider_named(unwrap)
    return provider.offer(provider.unwrap, "notifications that are read by the store alone")


class PushIntake(TakingIn[Blocks]):
    """Takes notifications in for any number of accounts, and marks their calendars as due.

    It needs no client and no token, only the store. Syncing is a `Watcher`'s work, in this
    process or another one.

    ```python
    intake = PushIntake(store)

    @app.post("/google")                       # any web framework
    def notified(request):
        return Response(status=intake.answer(request.headers))
    ```
    """


class AsyncPushIntake(TakingIn[Awaits]):
    """Takes notifications in from within an event loop; the store is called in a worker thread.

    The twin of `PushIntake`.
    """
