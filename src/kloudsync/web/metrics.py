"""Metrics as Prometheus reads them: a page beside the receivers of notifications.

The text is that of the exposition format, version 0.0.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import Final, Protocol

from kloudsync.errors import StoreError
from kloudsync.model.arrival import Acknowledgement, Arrival
from kloudsync.runtime.metrics import EDGES, Buckets, Labels, Reading
from kloudsync.web.receivers import Page

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Measured(Protocol):
    """What has numbers to tell, such as `fleet.metrics`."""

    def readings(self) -> Iterable[Reading]:
        """Return all numbers as they are now."""
        ...


class MetricsPage(Page):
    """The numbers of a fleet's process, for Prometheus; see `metrics`."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def __call__(self, arrival: Arrival, /) -> Acknowledgement:  # noqa: ARG002 - all ask for the same
        """Return the numbers as they are now; 503 where the store is away."""
        try:
            text = exposition(self._measured.readings())
        except StoreError:
            return Acknowledgement(status=503, body=b"the store is away\n")
        return Acknowledgement(status=200, body=text.encode(), content_type=CONTENT_TYPE)


def metrics(measured: Measured) -> MetricsPage:
    """Return the page of a fleet's metrics, to be mounted at a path.

    ```python
    from kloudsync.web import metrics, wsgi

    application = wsgi({"/metrics": metrics(fleet.metrics)})
    ```

    It tells no names and no addresses, but whoever may read it learns how much there is to do:
    keep it from the public.

    Args:
        measured: `fleet.metrics`.
    """
    return MetricsPage(measured)


def exposition(readings: Iterable[Reading]) -> str:
    """Write numbers in Prometheus' text format."""
    return "".join(f"{line}\n" for reading in readings for line in _lines(reading))


def _lines(reading: Reading) -> Iterator[str]:
    metric, name = reading.metric, reading.metric.exposed
    yield f"# HELP {name} {_escaped(metric.says)}"
    yield f"# TYPE {name} {metric.kind.value}"
    for labels, value in sorted(reading.values.items()):
        if isinstance(value, Buckets):
            yield from _histogram(name, labels, value)
        else:
            yield f"{name}{_braced(labels)} {_number(value)}"


def _histogram(name: str, labels: Labels, value: Buckets) -> Iterator[str]:
    for edge, count in zip((*EDGES, inf), value.counts, strict=True):
        yield f"{name}_bucket{_braced((*labels, ('le', _number(edge))))} {count}"
    yield f"{name}_sum{_braced(labels)} {_number(value.total)}"
    yield f"{name}_count{_braced(labels)} {value.counts[-1]}"


def _braced(labels: Labels) -> str:
    told = ",".join(f'{name}="{_escaped(value, quoted=True)}"' for name, value in labels)
    return f"{{{told}}}" if told else ""


def _escaped(text: str, *, quoted: bool = False) -> str:
    safe = text.replace("\\", "\\\\").replace("\n", "\\n")
    return safe.replace('"', '\\"') if quoted else safe


def _number(value: float) -> str:
    return "+Inf" if value == inf else f"{value:.10g}"
