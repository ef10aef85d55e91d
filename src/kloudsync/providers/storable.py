"""What every vendor's records have to be before they go into a store."""

from __future__ import annotations

from kloudsync.http.density import is_dense
from kloudsync.model.oddity import Oddity
from kloudsync.model.record import EventRecord, is_storable


def expect_storable(record: EventRecord) -> EventRecord:
    """Return a record, unless a database would not take it, or reading it again would take long.

    Raises:
        Oddity: It has text that only escapes can bring in, or it is hardly anything but brackets.
    """
    # What is stored is shorter than what came, by its spaces.
    if is_dense(record.raw):
        raise Oddity("expected more than brackets", "the JSON")
    if "\\u" in record.raw:
        for name, value in zip(record._fields, record, strict=True):
            if isinstance(value, str) and not is_storable(value):
                raise Oddity("expected text without NUL and lone surrogates", name)
    return record
