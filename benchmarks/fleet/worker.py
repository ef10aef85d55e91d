"""The fleet of the benchmark's workers: `kloudsync worker worker:fleet`."""

import json
import logging
import os
from urllib.parse import urlsplit

from kloudsync import Fleet, Google
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.stores import PostgresStore, SQLiteStore

SCHEMA = "fleet"

PLACES = "KLOUDSYNC_FLEET_BENCHMARK"
"""Names the places of store, service and notifications in the environment, and the poll interval.

Without an interval it is a fleet with its defaults.
"""


def policy(poll: float) -> FleetPolicy:
    """Return intervals that let a test of minutes see what takes hours: polls, rests, takeovers."""
    return FleetPolicy(
        look=0.2,
        ttl=4.0,
        heartbeat=1.0,
        quiet=0.1,
        unwatched=poll,
        unwatched_calm=poll,
        watched=poll,
        watched_calm=poll,
        rest=1.0,
        longest_rest=15.0,
        slots=8,
    )


def opened(url: str) -> SQLiteStore | PostgresStore:
    """Open a store at its address."""
    parts = urlsplit(url)
    return (
        SQLiteStore(parts.path) if parts.scheme == "sqlite" else PostgresStore(url, schema=SCHEMA)
    )


def made(store_url: str, service: str, hooks: str, poll: str) -> Fleet:
    """Return the fleet of a worker."""

    def connect(account: Account) -> Google:
        return Google(account.name, account=account.name, base_url=service)

    intervals = policy(float(poll)) if poll else FleetPolicy()
    return Fleet(opened(store_url), connect, address=hooks, policy=intervals)


if PLACES in os.environ:
    # A database that is away is what this is about; every connection would say so.
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    logging.getLogger("kloudsync").setLevel(logging.ERROR)
    fleet = made(*json.loads(os.environ[PLACES]))
