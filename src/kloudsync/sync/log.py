"""What a run says through standard logging: one line of counts and reasons, no contents.

The logger is `kloudsync.sync`. A run that ends, well or not, is one line at INFO; a mass
deletion that waits to be confirmed, events that could not be understood and series that could
not be looked at for splits are a line at WARNING each. Ids, titles and addresses appear nowhere: a calendar goes by its nickname.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kloudsync.errors import APIError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Quarantined, StagedCounts
from kloudsync.runtime.nicknames import nickname
from kloudsync.sync.report import SyncReport
from kloudsync.sync.series import Unread

logger: logging.Logger = logging.getLogger("kloudsync.sync")

_MOST_REASONS = 5
"""So many different reasons of quarantine are told in one line."""

_PATH = re.compile(r" @ ([A-Za-z_.]+)$")
_CONTENTS = re.compile(r"(?:,? found |: |['\"(]).*|(?<!\S)\S*[\d@=]\S*", re.DOTALL)
"""Where a reason goes over to what was received: behind these words, or in such a word."""


def failure(error: BaseException) -> str:
    """Name what ended a run: the kind of error and its HTTP status, without its words."""
    name = type(error).__name__
    return f"{name} ({error.status})" if isinstance(error, APIError) else name


def log_report(report: SyncReport) -> None:
    """Write what a run did, and warn of what it held back."""
    if logger.isEnabledFor(logging.INFO):
        logger.info("%s: %s", nickname(report.calendar), " ".join(_told(report)))
    if report.held is not None:
        _warn_held(nickname(report.calendar), report.held)
    if report.quarantined:
        logger.warning(
            "%s: %d not understood and kept aside: %s",
            nickname(report.calendar),
            len(report.quarantined),
            _reasons(report.quarantined),
        )


def log_failure(key: CalendarKey, error: BaseException) -> None:
    """Write that a run ended in an error, which its caller receives."""
    logger.info("%s: failed error=%r", nickname(key), failure(error))


def log_begun_anew(key: CalendarKey, error: Exception) -> None:
    """Write that what was staged of a pass is thrown away, and its walk begun anew."""
    logger.info("%s: begun anew after error=%r", nickname(key), failure(error))


def log_unread(key: CalendarKey, unread: Sequence[Unread]) -> None:
    """Warn of series in which no sign of a split could be looked for."""
    if unread:
        kinds = Counter(failure(one.error) for one in unread)
        told = ", ".join(f"{count} x {kind}" for kind, count in kinds.most_common(_MOST_REASONS))
        logger.warning(
            "%s: %d series not looked at for splits: %s", nickname(key), len(unread), told
        )


def _warn_held(name: str, counts: StagedCounts) -> None:
    logger.warning(
        "%s: held: %d of %d events are lacking; they stay until that is confirmed or refused",
        name,
        counts.deleted,
        counts.held,
    )


def _told(report: SyncReport) -> Iterator[str]:
    yield "committed" if report.committed else "not committed"
    yield f"pass={'full' if report.full else 'delta'}"
    if report.resync_reason is not None:
        yield f"reason={report.resync_reason!r}"
    if report.resumed:
        yield "resumed=yes"
    yield f"added={report.added} updated={report.updated} deleted={report.deleted}"
    yield f"unchanged={report.unchanged}"
    yield f"splits={len(report.splits)} truncations={len(report.truncations)}"
    yield f"quarantined={len(report.quarantined)}"
    yield f"pages={report.pages} requests={report.requests} retries={report.retries}"
    yield f"waited={report.waited:.1f}s took={_seconds(report):.1f}s"
    if report.lag is not None:
        yield f"lag={report.lag:.0f}s"


def _seconds(report: SyncReport) -> float:
    return (report.finished_at - report.started_at).total_seconds()


def _reasons(quarantined: Iterable[Quarantined]) -> str:
    counted = Counter[str]()
    for reason, count in Counter(one.reason for one in quarantined).items():
        counted[without_contents(reason)] += count
    told = [f"{count} x {reason}" for reason, count in counted.most_common(_MOST_REASONS)]
    more = len(counted) - len(told)
    return "; ".join([*told, f"{more} other reasons"] if more > 0 else told)


def without_contents(reason: str) -> str:
    """Leave of a reason what was expected and where, and drop what was received instead."""
    path = _PATH.search(reason)
    problem = reason[: path.start()] if path else reason
    return _CONTENTS.sub("…", problem) + (path[0] if path else "")
