"""How a service words the faults that befall it."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime

import attrs

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply, Request, Resource
from kloudsync.testing.faults import AFTERWARDS, Disrupted, Fault, FaultKind, html_page
from kloudsync.testing.refusal import ServiceRefusal

Refuse = Callable[[Mapping[str, str]], ServiceRefusal]
"""Makes a refusal, with the headers that advise its reader to wait; often there are none."""

Change = Callable[[Resource, Request], Resource]
"""Changes a page that was asked for by a request."""


def _encode(resource: Resource) -> bytes:
    return json.dumps(resource).encode()


@attrs.frozen(kw_only=True)
class Wording:
    """What a fault looks like at one service; a kind without words does not happen there.

    What the network does and what proxies say is the same for all: a cut connection, a cut or
    slow body, a page of HTML.

    Attributes:
        refusals: What is answered in place of performing the request.
        bare: Statuses that are answered without a body.
        changes: What becomes of the page that was asked for.
        encode: How the service writes JSON.
    """

    refusals: Mapping[FaultKind, Refuse]
    bare: Mapping[FaultKind, int] = attrs.field(factory=dict[FaultKind, int])
    changes: Mapping[FaultKind, Change] = attrs.field(factory=dict[FaultKind, Change])
    encode: Callable[[Resource], bytes] = _encode

    def before(self, fault: Fault, clock: TellsTime) -> Reply | None:
        """Commit a fault in place of performing the request; None for faults that come later.

        Raises:
            Disrupted: The connection breaks.
        """
        if fault.kind is FaultKind.CUT_CONNECTION:
            raise Disrupted(fault.kind, None, fault.seconds)
        if fault.kind in {FaultKind.HTML_502, FaultKind.HTML_200}:
            return html_page(502 if fault.kind is FaultKind.HTML_502 else 200)
        if fault.kind in self.bare:
            return Reply(self.bare[fault.kind], {}, b"")
        refuse = self.refusals.get(fault.kind)
        return None if refuse is None else refuse(_advice(fault, clock)).reply()

    def after(self, fault: Fault, reply: Reply, request: Request) -> Reply:
        """Commit a fault on the answer to a request that was performed.

        Raises:
            Disrupted: The answer breaks off, or stalls.
        """
        if fault.kind in AFTERWARDS:
            raise Disrupted(fault.kind, reply, fault.seconds)
        change = self.changes.get(fault.kind)
        if reply.status != 200 or change is None:
            return reply
        return reply._replace(body=self.encode(change(json.loads(reply.body), request)))


def _advice(fault: Fault, clock: TellsTime) -> dict[str, str]:
    if fault.kind is FaultKind.RETRY_AFTER_SECONDS:
        return {"Retry-After": f"{fault.seconds:.0f}"}
    if fault.kind is FaultKind.RETRY_AFTER_DATE:
        moment = clock.now() + timedelta(seconds=fault.seconds)
        return {"Retry-After": format_datetime(moment, usegmt=True)}
    return {}
