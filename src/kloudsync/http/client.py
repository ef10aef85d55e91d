"""What a client of any vendor is: options, connections, closing, and how it shows itself.

A vendor's client is three classes: one that is generic in its colour and has everything, and two
of a few lines that give it a colour and a docstring.

```python
class ExampleClient(Client[K_co], ExampleResources[K_co]):
    def __init__(self, token: str | None = None, **options: Unpack[ClientOptions]) -> None:
        super().__init__(example_setting(token, options), options)

class Example(ExampleClient[Blocking], BlockingClient): ...
class AsyncExample(ExampleClient[Awaiting], AwaitingClient): ...
```
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Generic, Self, TypedDict, TypeVar, overload

from kloudsync.errors import UsageError
from kloudsync.http.auth import Auth
from kloudsync.http.caller import Awaiting, Blocking, K_co
from kloudsync.http.clocks import Timeouts, as_timeouts
from kloudsync.http.limits import Limiter, Unlimited
from kloudsync.http.operation import Operation
from kloudsync.http.retry import Retry, as_retry
from kloudsync.http.service import Service
from kloudsync.http.setting import Setting
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.colour import InColour
from kloudsync.runtime.twin import twin

if TYPE_CHECKING:
    from kloudsync.http.batching import BatchAnswer

T = TypeVar("T")


class ClientOptions(TypedDict, total=False):
    """What every client may be given besides its credentials.

    Attributes:
        base_url: Where the API's paths begin; `KLOUDSYNC_…_BASE_URL` from the environment, or the
            vendor's own service, where it is not given.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        http_client: A client of httpx or httpx2 to use, of the same colour; it is not closed with
            this one.
        timeouts: How long each phase of a try may take, or a number: how long a call may take in
            all, in seconds.
        retry: When failed tries are repeated, or a number: how often at most.
        limiter: A budget that several clients share.
        clock: Time and chance; tests pass their own.
    """

    base_url: str | None
    insecure: bool
    http_client: Any
    timeouts: Timeouts | float | None
    retry: Retry | int | None
    limiter: Limiter | None
    clock: Clock | None


def setting(
    service: Service,
    auth: Auth | None,
    options: ClientOptions,
    *,
    timeouts: Timeouts = Timeouts(),
    limiter: Limiter | None = None,
) -> Setting:
    """Assemble what stays the same from call to call of a client.

    Args:
        service: Where calls go.
        auth: How they are authorised; None where they need no credentials.
        options: What the program chose.
        timeouts: How long each phase of a try may take, where it chose nothing.
        limiter: The budget, where it chose none.
    """
    given, chosen = options.get("limiter"), options.get("timeouts")
    return Setting(
        service=service,
        auth=auth,
        limiter=given if given is not None else limiter or Unlimited(),
        retry=as_retry(options.get("retry")),
        timeouts=timeouts if chosen is None else as_timeouts(chosen),
    )


def expect_fit(options: ClientOptions) -> None:
    """Refuse a budget or a clock that is something else.

    Raises:
        UsageError: One is.
    """
    for name, member, noun in (
        ("limiter", "finish", "a budget, such as Budget(…)"),
        ("clock", "monotonic", "a clock, such as kloudsync.testing.ManualClock()"),
    ):
        given = options.get(name)
        if given is not None and (isinstance(given, type) or not hasattr(given, member)):
            raise UsageError(f"{name} has to be {noun}, not {type(given).__name__}")


class Client(InColour[K_co], Generic[K_co]):
    """What clients of all vendors share, in either colour.

    Attributes:
        caller: Performs the calls.
    """

    caller: K_co

    def __init__(self, setting: Setting, options: ClientOptions) -> None:
        """Make a client; nothing is sent yet.

        Args:
            setting: What stays the same from call to call.
            options: What the program chose.

        Raises:
            TypeError: There is no such option.
            UsageError: An option is of another kind than it has to be.
        """
        for name in options.keys() - ClientOptions.__annotations__.keys():
            raise TypeError(f"{type(self).__name__}() got an unexpected keyword argument {name!r}")
        expect_fit(options)
        self.caller = self._connected(setting, options.get("http_client"), options.get("clock"))

    def with_options(
        self, *, timeouts: Timeouts | float | None = None, retry: Retry | int | None = None
    ) -> Self:
        """Return a client over the same connections with other settings; close either.

        Args:
            timeouts: As for a new client; as before where None.
            retry: As for a new client; as before where None.

        Raises:
            UsageError: An argument is not possible.
        """
        return self._over(self.caller.changed(timeouts=timeouts, retry=retry))

    @twin
    async def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        await self.caller.ports.close()

    def __repr__(self) -> str:
        shown = {**self._shown(), "base_url": self.caller.setting.service.base_url}
        told = ", ".join(f"{name}={value!r}" for name, value in shown.items())
        return f"{type(self).__name__}({told})"

    def _shown(self) -> Mapping[str, object]:
        """Say what tells this client from others; never a secret."""
        return {}

    def _over(self, caller: Any) -> Self:
        other = copy(self)
        other.caller = caller
        return other

    def _connected(self, setting: Setting, http_client: Any, clock: Clock | None) -> K_co:
        """Return the caller of the client's colour."""
        raise NotImplementedError


class BatchClient(Client[K_co]):
    """What clients share whose service takes many calls in one request, in either colour."""

    # A variable of a method's own, such as T, gets through a descriptor with some checkers only.
    @overload
    def batch(
        self: BatchClient[Blocking], operations: Iterable[Operation[T]]
    ) -> list[BatchAnswer[T]]: ...
    @overload
    def batch(
        self: BatchClient[Awaiting], operations: Iterable[Operation[T]]
    ) -> Coroutine[Any, Any, list[BatchAnswer[T]]]: ...
    def batch(self, operations: Iterable[Operation[T]]) -> Any:
        """Perform many calls in few requests: `client.batch([Events.get("a"), Events.get("b")])`.

        Each call is described on its resource's class. They are performed in no certain order,
        as many in a request as the service takes, and each succeeds or fails alone: failures that
        may pass are tried again, as they are for single calls.

        Args:
            operations: The calls.

        Returns:
            One answer for each call, in the order of the calls, with its value or its error.

        Raises:
            UsageError: A call goes to another host than the service's.
        """
        return self.caller.finish(self._batch(operations))

    def _batch(
        self, operations: Iterable[Operation[T]]
    ) -> Coroutine[Any, Any, list[BatchAnswer[T]]]:
        """Perform calls as the service takes them together."""
        raise NotImplementedError


class BlockingClient(Client[Blocking]):
    """What blocking clients share: `with` closes them; threads may share them."""

    def _connected(self, setting: Setting, http_client: Any, clock: Clock | None) -> Blocking:
        from kloudsync.http.transport import BlockingPorts  # noqa: PLC0415 - loads the HTTP library

        return Blocking(setting, BlockingPorts(http_client, clock))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AwaitingClient(Client[Awaiting]):
    """What awaiting clients share: `async with` closes them; tasks of one event loop may share them."""

    def _connected(self, setting: Setting, http_client: Any, clock: Clock | None) -> Awaiting:
        from kloudsync.http.awaiting_transport import AwaitingPorts  # noqa: PLC0415 - the same

        return Awaiting(setting, AwaitingPorts(http_client, clock))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
