"""Many calls of Google Calendar in one request: parts of a multipart body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.batching import BatchAnswer, expect_own, perform_together
from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Operation
from kloudsync.http.service import Service
from kloudsync.http.setting import Ports, Setting
from kloudsync.providers.google.multipart import read_parts, write_parts

__all__ = ["MOST_PARTS", "BatchAnswer", "batch", "batch_url", "perform_batch"]

T = TypeVar("T")

MOST_PARTS = 50
"""How many calls travel together; more are divided among several requests."""

_API, _BATCH = "/calendar/v3", "/batch/calendar/v3"


def batch(
    operations: Sequence[Operation[object]], service: Service
) -> Operation[Mapping[int, Response]]:
    """Describe calls as one, which answers with their raw answers by place in the sequence.

    Args:
        operations: At most 50 calls of the service.
        service: Where they go.

    Raises:
        UsageError: They are too many, or one goes to another host.
    """
    if len(operations) > MOST_PARTS:
        raise UsageError(f"{len(operations)} calls in one batch; at most {MOST_PARTS} are possible")
    expect_own(operations)
    parts = [_part(operation.request, service) for operation in operations]
    return Operation(
        name="batch",
        request=write_parts(parts, service.base_url, batch_url(service.base_url)),
        decode=read_parts,
        repeatable=all(operation.repeatable for operation in operations),
        cost=sum(operation.cost for operation in operations),
    )


def batch_url(base_url: str) -> str:
    """Return where batches go: beside the paths of the API, on the same host."""
    return f"{base_url.rstrip('/').removesuffix(_API)}{_BATCH}"


def _part(request: Request, service: Service) -> Request:
    return evolve(request, query=request.query + service.query)


async def perform_batch(
    operations: Iterable[Operation[T]], setting: Setting, ports: Ports
) -> list[BatchAnswer[T]]:
    """Perform calls together; see `perform_together`."""
    describe = partial(batch, service=setting.service)
    return await perform_together(operations, describe, MOST_PARTS, setting, ports)
