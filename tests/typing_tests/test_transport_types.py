"""What fakes carry: clients of either library take it as their transport, and as nothing else."""
# pyright: reportUnnecessaryTypeIgnoreComment=true

import httpx
import httpx2

from kloudsync.testing import FakeGoogle


def mistaken(fake: FakeGoogle) -> None:
    """Pass a transport where another thing belongs."""
    httpx2.Client(auth=fake.transport())  # type: ignore[arg-type]


def test_the_clients_of_both_libraries_take_a_fakes_transport() -> None:
    """Blocking and awaiting ones."""
    carried = FakeGoogle().transport()
    for blocking in (httpx.Client(transport=carried), httpx2.Client(transport=carried)):
        blocking.close()
    httpx.AsyncClient(transport=carried)
    httpx2.AsyncClient(transport=carried)
