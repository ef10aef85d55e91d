"""The command `python -m kloudsync.testing`: a fake service on a real port."""

import argparse
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from kloudsync.runtime.clock import SystemClock
from kloudsync.testing.exchange import FakeService
from kloudsync.testing.google import FakeGoogle, populate
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.microsoft import FakeMicrosoft
from kloudsync.testing.oauth import FakeAuthorisationServer
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve

SERVICES = ("google", "kloudless", "microsoft", "oauth", "salesloft")


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m kloudsync.testing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve a fake until it is interrupted")
    serving.add_argument("service", choices=SERVICES, help="the service to play")
    serving.add_argument("--port", type=int, default=4010, help="the port; 0 takes a free one")
    serving.add_argument("--events", type=int, default=0, help="fill the calendar with so many")
    serving.add_argument("--seed", type=int, default=0, help="what ids and events are drawn from")
    return parser.parse_args(arguments)


def make_fake(options: argparse.Namespace) -> FakeService:
    """Make the fake that the command line names, on the machine's clock."""
    if options.service == "salesloft":
        return FakeSalesloft(clock=SystemClock())
    if options.service == "oauth":
        return FakeAuthorisationServer(clock=SystemClock(), seed=options.seed)
    if options.service == "microsoft":
        return FakeMicrosoft(clock=SystemClock(), seed=options.seed, pace=timedelta(milliseconds=1))
    google = FakeGoogle(clock=SystemClock(), seed=options.seed, pace=timedelta(milliseconds=1))
    if options.events:
        populate(google.calendar(), events=options.events, seed=options.seed)
    return google if options.service == "google" else FakeKloudless(google)


def main() -> None:
    """Serve the fake that the command line names; print its base URL."""
    options = parse_arguments()
    fake = make_fake(options)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serve(fake, port=options.port) as url, suppress(KeyboardInterrupt):
        print(url, flush=True)  # noqa: T201 - the command's output
        threading.Event().wait()


if __name__ == "__main__":
    main()
