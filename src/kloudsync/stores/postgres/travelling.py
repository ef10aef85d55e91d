"""Statements that travel together: one packet takes them to the server, however many they are.

psycopg's own pipelines hand each statement to the system by itself, and ask before each whether there
is room, which costs a client more than the statement does. So these go one level lower, to libpq.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import adapt
from psycopg.abc import PQGen, Transformer
from psycopg.adapt import PyFormat
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, PipelineStatus
from psycopg.rows import tuple_row

from kloudsync.stores.postgres.session import Asked, Connection


def travel(connection: Connection, asked: Sequence[Asked]) -> None:
    """Send statements in one go, and settle each with its answer.

    Raises:
        psycopg.Error: One failed, and none behind it was run; or the connection is lost.
    """
    if connection.prepare_threshold is not None:
        _travel_prepared(connection, asked)
        return
    adapting: Transformer = adapt.Transformer(connection)
    # All are bound before the first is sent: of a value that cannot be, the server hears nothing.
    bound = [_bound(adapting, one) for one in asked]
    pgconn = connection.pgconn
    pgconn.enter_pipeline_mode()
    for statement, values, types, formats in bound:
        pgconn.send_query_params(statement, values, types, formats)
    pgconn.pipeline_sync()
    failure = connection.wait(_answers(connection, adapting, asked))
    pgconn.exit_pipeline_mode()
    if failure is not None:
        raise failure


def is_on_its_way(connection: Connection) -> bool:
    """Tell whether an interrupt left answers behind, which the next statement would take for its own."""
    return connection.pgconn.pipeline_status != PipelineStatus.OFF


def _bound(adapting: Transformer, one: Asked) -> tuple[Any, ...]:
    values = adapting.dump_sequence(one.values, [PyFormat.AUTO] * len(one.values))
    return one.statement, values, adapting.types, adapting.formats


def _answers(
    connection: Connection, adapting: Transformer, asked: Sequence[Asked]
) -> PQGen[psycopg.Error | None]:
    """Take the answers, and what says that there are no more; return what went wrong first."""
    pgconn, failure = connection.pgconn, None
    yield from send(pgconn)
    try:
        for one in asked:
            (result,) = yield from fetch_many(pgconn)
            match result.status:
                case ExecStatus.TUPLES_OK:
                    adapting.set_pgresult(result)
                    one.settle(result.ntuples, adapting.load_rows(0, result.ntuples, tuple))
                case ExecStatus.COMMAND_OK:
                    one.settle(result.command_tuples or 0, [])
                case _:
                    encoding = connection.info.encoding
                    failure = failure or error_from_result(result, encoding=encoding)
        yield from fetch_many(pgconn)
    except psycopg.OperationalError as lost:
        # What the server said before it hung up tells more.
        raise failure or lost from None
    return failure


def _travel_prepared(connection: Connection, asked: Sequence[Asked]) -> None:
    """Send statements as psycopg does, which has the server prepare those that come often."""
    cursors = [psycopg.RawCursor(connection, row_factory=tuple_row) for _ in asked]
    try:
        with connection.pipeline():
            for one, cursor in zip(asked, cursors, strict=True):
                cursor.execute(one.statement, one.values)
    finally:
        for one, cursor in zip(asked, cursors, strict=True):
            if cursor.statusmessage is not None:
                one.settle(cursor.rowcount, [] if cursor.description is None else cursor.fetchall())
