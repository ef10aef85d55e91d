"""Many calls in one request, for services that take several in one.

The service performs the parts in no certain order, counts each against its limits, and lets each
fail alone. What fails for a while is sent again, together, as the client's retry policy has it for
single calls; what succeeded is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import evolve, frozen

from kloudsync.errors import (
    APIError,
    DecodeError,
    KloudsyncError,
    RateLimited,
    TransportError,
    Unauthorized,
    UsageError,
)
from kloudsync.http.censor import censored
from kloudsync.http.message import Response
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.perform import perform
from kloudsync.http.retry import Retry
from kloudsync.http.setting import Ports, Setting

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Describe: TypeAlias = Callable[[Sequence[Operation[Any]]], Operation[Mapping[int, Response]]]
"""Describes calls as one, which answers with their raw answers by place in the sequence."""

_ONCE = Retry(attempts=1)


@frozen(kw_only=True)
class BatchAnswer(Generic[T_co]):
    """What became of one call of a batch.

    Attributes:
        operation: The call's name, such as `events.get`.
        outcome: Its answer, or why there is none.
    """

    operation: str
    outcome: Answer[T_co] | KloudsyncError

    @property
    def error(self) -> KloudsyncError | None:
        """Why the call failed, or None where it did not."""
        return self.outcome if isinstance(self.outcome, KloudsyncError) else None

    @property
    def value(self) -> T_co:
        """What the call returns.

        Raises:
            KloudsyncError: The call failed; this is its error.
        """
        if isinstance(self.outcome, KloudsyncError):
            raise self.outcome
        return self.outcome.value


def expect_own(operations: Iterable[Operation[object]]) -> None:
    """Refuse what is no description of a call, and calls that go to an address of their own.

    Raises:
        UsageError: There is one.
    """
    for operation in operations:
        given: Any = operation  # whatever a program without a type checker hands in
        if not isinstance(given, Operation):
            raise UsageError(
                f"a batch takes calls that are described and not yet made, such as Events.get(…) of "
                f"the class in the place of client.events.get(…), not {type(given).__name__}"
            )
        if "://" in operation.request.path:
            raise UsageError(f"{operation.name} goes to an address of its own; call it by itself")


async def perform_together(
    operations: Iterable[Operation[T]],
    describe: Describe,
    most: int,
    setting: Setting,
    ports: Ports,
) -> list[BatchAnswer[T]]:
    """Perform calls together, with their retries.

    Args:
        operations: The calls.
        describe: Describes up to `most` of them as one.
        most: How many travel together; more are divided among several requests.
        setting: The client's.
        ports: The outside world.

    Returns:
        One answer for each call, in the order of the calls; an error of one call, or of the
        batch as a whole, is kept there and not raised.

    Raises:
        UsageError: A call goes to another host than the service's.
    """
    rounds = _Rounds(list(operations), describe, setting, ports)
    expect_own(rounds.operations)
    await rounds.run(most)
    return [
        BatchAnswer(operation=operation.name, outcome=rounds.outcomes[number])
        for number, operation in enumerate(rounds.operations)
    ]


class _Rounds(Generic[T]):
    """The calls of a batch, and what became of each so far."""

    def __init__(
        self, operations: list[Operation[T]], describe: Describe, setting: Setting, ports: Ports
    ) -> None:
        self.operations = operations
        self._describe = describe
        self.outcomes: dict[int, Answer[T] | KloudsyncError] = {}
        self._attempts: dict[int, int] = {}
        self._setting = setting
        self._once = evolve(setting, retry=_ONCE)
        self._ports = ports

    async def run(self, most: int) -> None:
        started, attempt = self._ports.monotonic(), 1
        open_calls = list(range(len(self.operations)))
        while open_calls:
            for numbers in _chunks(open_calls, most):
                await self._send(numbers, attempt)
            elapsed = self._ports.monotonic() - started
            delays = self._delays(open_calls, attempt, elapsed)
            if delays:
                await self._ports.sleep(max(delays.values()))
            # Where only so many at a time are let through, the others did not fail.
            waiting = len(delays) < len(open_calls) and self._are_throttled(delays)
            open_calls, attempt = list(delays), attempt if waiting else attempt + 1
        for number, outcome in list(self.outcomes.items()):
            if isinstance(outcome, APIError):
                self.outcomes[number] = await self._last_word(number, outcome)

    async def _send(self, numbers: list[int], attempt: int) -> None:
        self._attempts.update(dict.fromkeys(numbers, attempt))
        described = self._describe([self.operations[number] for number in numbers])
        try:
            answers = (await perform(described, self._once, self._ports)).value
        except KloudsyncError as error:
            self.outcomes.update(dict.fromkeys(numbers, error))
            return
        for place, number in enumerate(numbers):
            outcome = self._judged(self.operations[number], answers.get(place), attempt)
            if isinstance(outcome, Unauthorized):
                # Single calls know how to renew a token; those after it find it renewed.
                outcome = await self._alone(self.operations[number])
            self.outcomes[number] = outcome

    def _judged(
        self, operation: Operation[T], response: Response | None, attempt: int
    ) -> Answer[T] | KloudsyncError:
        if response is None:
            problem = "the answer to the batch has no part for this call"
            return TransportError(f"{operation.name}: {problem}", operation=operation.name)
        secrets = self._setting.secrets()
        if response.status >= 300 and response.status != 304:
            service = self._setting.service
            error = service.decode_error(response, operation.name, self._ports.now())
            return censored(error, secrets)
        try:
            value = operation.decode(response)
        except KloudsyncError as error:
            if isinstance(error, DecodeError):
                error.operation, error.response = operation.name, response
            return censored(error, secrets)
        return Answer(value=value, response=response, attempts=attempt)

    def _are_throttled(self, numbers: Iterable[int]) -> bool:
        return all(isinstance(self.outcomes[number], RateLimited) for number in numbers)

    def _delays(self, numbers: list[int], attempt: int, elapsed: float) -> dict[int, float]:
        """Return the calls to send again, with the least wait of each."""
        delays = {
            number: self._setting.retry.delay(
                outcome,
                repeatable=self.operations[number].repeatable,
                attempt=attempt,
                elapsed=elapsed,
                chance=self._ports.chance(),
            )
            for number in numbers
            if isinstance(outcome := self.outcomes[number], KloudsyncError)
        }
        return {number: delay for number, delay in delays.items() if delay is not None}

    async def _last_word(self, number: int, error: APIError) -> Answer[T] | KloudsyncError:
        settle = self.operations[number].settle
        settled = None if settle is None else settle(error, self._attempts[number])
        if settled is None:
            return error
        return settled if isinstance(settled, Answer) else await self._alone(settled)

    async def _alone(self, operation: Operation[T]) -> Answer[T] | KloudsyncError:
        try:
            return await perform(operation, self._setting, self._ports)
        except KloudsyncError as error:
            return error


def _chunks(numbers: list[int], most: int) -> Iterator[list[int]]:
    for start in range(0, len(numbers), most):
        yield numbers[start : start + most]
