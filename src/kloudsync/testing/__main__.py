"""The command `python -m kloudsync.testing`: a fake service on a real port, a fleet in virtual time."""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

import attrs

from kloudsync.runtime.clock import SystemClock
from kloudsync.testing.exchange import FakeService
from kloudsync.testing.fakes import fakes
from kloudsync.testing.serve import serve
from kloudsync.testing.simulate import Load, simulate, table
from kloudsync.testing.tariff import Tariff


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m kloudsync.testing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="serve a fake until it is interrupted")
    serving.add_argument("service", choices=sorted(fakes()), help="the service to play")
    serving.add_argument("--port", type=int, default=4010, help="the port; 0 takes a free one")
    serving.add_argument("--events", type=int, default=0, help="fill the calendar with so many")
    serving.add_argument("--seed", type=int, default=0, help="what ids and events are drawn from")
    _offer_simulation(commands.add_parser("simulate", help="let a fleet live in virtual time"))
    return parser.parse_args(arguments)


def _offer_simulation(parser: argparse.ArgumentParser) -> None:
    for member in attrs.fields(Load):
        kind = float if isinstance(member.default, float) else int
        parser.add_argument(f"--{member.name.replace('_', '-')}", type=kind, default=member.default)
    parser.add_argument(
        "--tier",
        action="append",
        default=[],
        metavar="UP_TO:PRICE",
        help="what a thousand requests cost up to a number of them a day, such as 1000000:0 and :0.4",
    )


def make_fake(options: argparse.Namespace) -> FakeService:
    """Make the fake that the command line names, on the machine's clock."""
    return fakes()[options.service].load()(SystemClock(), seed=options.seed, events=options.events)


def main() -> None:
    """Do what the command line says."""
    options = parse_arguments()
    if options.command == "simulate":
        _simulate(options)
    else:
        _serve(options)


def _simulate(options: argparse.Namespace) -> None:
    """Print what comes of a simulation."""
    load = Load(**{member.name: getattr(options, member.name) for member in attrs.fields(Load)})
    price = Tariff.parse(options.tier).of_month if options.tier else None
    for line in table(load, simulate(load), price):
        print(line)  # noqa: T201 - the command's output


def _serve(options: argparse.Namespace) -> None:
    """Serve the fake that the command line names; print its base URL."""
    fake = make_fake(options)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with serve(fake, port=options.port) as url, suppress(KeyboardInterrupt):
            print(url, flush=True)  # noqa: T201 - the command's output
            threading.Event().wait()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "there is no such port"
        sys.exit(f"port {options.port} cannot be used: {reason}; --port 0 takes a free one")


if __name__ == "__main__":
    main()
