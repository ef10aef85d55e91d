"""A worker of the benchmark: a fleet on PostgreSQL, or on a SQLite file, until it is killed."""

import sys
from urllib.parse import parse_qs, urlsplit

from kloudsync import Fleet, Google
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.stores import PostgresStore, SQLiteStore


def main(store_url: str, service: str, hooks: str) -> None:
    """Work off what is due."""

    def connect(account: Account) -> Google:
        return Google(account.name, account=account.name, base_url=service)

    parts = urlsplit(store_url)
    policy = FleetPolicy(
        look=0.1,
        ttl=4.0,
        heartbeat=1.0,
        unwatched=30.0,
        unwatched_calm=30.0,
        rest=1.0,
        watched=30.0,
        watched_calm=30.0,
        slots=8,
    )
    store = (
        SQLiteStore(parts.path)
        if parts.scheme == "sqlite"
        else PostgresStore(
            store_url, clock="server", schema=parse_qs(parts.query).get("s", ["fleet"])[0]
        )
    )
    with store, Fleet(store, connect, address=hooks, policy=policy) as fleet:
        fleet.run()


if __name__ == "__main__":
    main(*sys.argv[1:4])
