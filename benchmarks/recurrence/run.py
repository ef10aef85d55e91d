"""Windows of recurrence rules beside dateutil and, where they are installed, other libraries.

Twelve kinds of rule are asked for one window 0, 1, 10 and 50 years after their start; the
contenders take turns in one run and have to agree on what it holds. Rules stay compiled
from one question to the next, as each library allows; once every series is read anew, with
lines that other series share, as most do, and with lines never seen. Then come rules that
are made to take long. What counts are the ratios of processor time.

```
python benchmarks/recurrence/run.py
python benchmarks/recurrence/run.py --zone Europe/Paris
```

recurring-ical-events and ical take part where they can be imported; one of them wants an
older dateutil, so give them an environment of their own.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial
from time import process_time
from typing import Any, cast
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from kloudsync.errors import UnboundedRecurrence
from kloudsync.recurrence import Recurrence

READING = ("recurrence", "reading", "rule_text", "plan")
"""The modules that keep what they read."""

Question = Callable[[datetime, datetime], list[datetime]]

START = datetime(1976, 1, 5, 9)  # noqa: DTZ001 - series without zone are measured too
YEARS = (0, 1, 10, 50)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;INTERVAL=3;COUNT=30000",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20991231T000000{z}",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=MONTHLY;BYDAY=2TU;COUNT=1500",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=-1SU",
)
HOSTILE = (
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO",
    "FREQ=DAILY;UNTIL=20000101T000000{z}",
    "FREQ=MONTHLY;COUNT=30000",
    "FREQ=YEARLY;INTERVAL=1000000000",
    "FREQ=HOURLY",
    "FREQ=MINUTELY",
    "FREQ=MINUTELY;INTERVAL=7;BYDAY=MO;BYHOUR=9",
    "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5",
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;INTERVAL=86399;BYDAY=MO;COUNT=100000",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,10,20,30,40,50;BYSECOND=0,1,2,3,4,5,6,7,8,9",
)
DATEUTIL_GIVES_UP = ("SECONDLY", "MINUTELY", "FREQ=YEARLY;INTERVAL=1000000000")


def windows(rule: str, zone: tzinfo | None) -> list[tuple[datetime, datetime]]:
    """Return windows that hold about the same, however far away: whole weeks, or a month."""
    start = START.replace(tzinfo=zone)
    if rule.startswith(("FREQ=MONTHLY", "FREQ=YEARLY")):
        firsts = [start.replace(year=start.year + years, day=1, hour=0) for years in YEARS]
        return [(first, first + timedelta(days=31)) for first in firsts]
    step = 6 * 7
    begins = [start + timedelta(days=round(years * 365.25 / step) * step) for years in YEARS]
    return [(begin, begin + timedelta(days=5 * 7)) for begin in begins]


def ours(rule: str, start: datetime) -> Question:
    """Return our answer to windows of a rule."""
    series = Recurrence.parse([f"RRULE:{rule}"], start)
    return cast("Question", series.between)


def dateutils(rule: str, start: datetime) -> Question:
    """Return dateutil's answer to windows of a rule."""
    series = rrulestr(rule, dtstart=start)
    second = timedelta(seconds=1)
    return lambda after, before: series.between(after, before - second, inc=True)


def calendar(rule: str, start: datetime) -> str:
    """Return a calendar of one event, for libraries that read those."""
    zone = f";TZID={start.tzinfo}" if start.tzinfo else ""
    return "\r\n".join(
        (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//example.com//benchmark//EN",
            "BEGIN:VEVENT",
            "UID:1@example.com",
            "DTSTAMP:19760101T000000Z",
            f"DTSTART{zone}:{start:%Y%m%dT%H%M%S}",
            "DURATION:PT1S",
            f"RRULE:{rule}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        )
    )


def rie(rule: str, start: datetime) -> Question:
    """Return the answer of recurring-ical-events."""
    parsed = importlib.import_module("icalendar").Calendar.from_ical(calendar(rule, start))
    query: Any = importlib.import_module("recurring_ical_events").of(parsed)
    return lambda after, before: [event.start for event in query.between(after, before)]


def icals(rule: str, start: datetime) -> Question:
    """Return the answer of ical."""
    stream: Any = importlib.import_module("ical.calendar_stream").IcsCalendarStream
    timeline = stream.calendar_from_ics(calendar(rule, start)).timeline_tz(start.tzinfo)
    return lambda after, before: [
        event.start_datetime.astimezone(start.tzinfo) if start.tzinfo else event.dtstart
        for event in timeline.overlapping(after, before)
    ]


def peers() -> dict[str, Callable[[str, datetime], Question]]:
    """Return the contenders that can be imported."""
    found: dict[str, Callable[[str, datetime], Question]] = {"dateutil": dateutils}
    modules = {"recurring_ical_events": rie, "ical.calendar_stream": icals}
    for name, contender in modules.items():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found[name.partition(".")[0].replace("_", "-")] = contender
    return found


def once(action: Callable[[], object], seconds: float) -> float:
    """Return the time of one action, repeated within a span of time, in seconds."""
    begin = process_time()
    action()
    times = max(1, min(2000, int(seconds / max(process_time() - begin, 1e-7))))
    begin = process_time()
    for _ in range(times):
        action()
    return (process_time() - begin) / times


def turns(actions: list[Callable[[], object]], rounds: int) -> list[float]:
    """Return each action's best time, the contenders taking turns."""
    best = [float("inf")] * len(actions)
    for _ in range(rounds):
        for index, action in enumerate(actions):
            best[index] = min(best[index], once(action, 0.01))
    return best


def measure(
    rule: str, start: datetime, contenders: dict[str, Any]
) -> tuple[list[float], list[float]]:
    """Print a rule's rows; return our times and the ratios to dateutil, by distance."""
    questions = {name: contender(rule, start) for name, contender in contenders.items()}
    asked = ours(rule, start)
    spans = windows(rule, start.tzinfo)
    mine = turns([partial(asked, *span) for span in spans], 25)
    ratios: list[float] = []
    for years, span, distance in zip(YEARS, spans, mine, strict=True):
        holds = asked(*span)
        row = [f"{rule:52}{years:3} y {len(holds):3}"]
        for name, question in questions.items():
            agrees = sorted(question(*span)) == holds
            slow = name != "dateutil"
            pair = turns([partial(asked, *span), partial(question, *span)], 2 if slow else 9)
            ratio = pair[1] / pair[0]
            row.append(f"{pair[1] * 1e6:9.0f} us {ratio:8.1f} x{'' if agrees else ' (differs)'}")
            if name == "dateutil":
                ratios.append(ratio)
        print(f"{row[0]} {distance * 1e6:7.1f} us", *row[1:])
    return mine, ratios


def forget() -> None:
    """Make the next series read its lines anew; what is known of zones and calendars stays."""
    for name in READING:
        for one in vars(sys.modules[f"kloudsync.recurrence.{name}"]).values():
            if hasattr(one, "cache_clear"):
                one.cache_clear()


def fresh(rule: str, start: datetime) -> tuple[float, float]:
    """Return how many times longer dateutil takes to read a rule and answer, at its start.

    Returns:
        The ratio for another series with lines that are known, and for lines never seen.
    """
    after, before = windows(rule, start.tzinfo)[0]
    number = iter(range(1 << 40))

    def known() -> object:
        # Another second each time, so that the series is another one.
        moment = start + timedelta(seconds=next(number) % 40_000)
        return ours(rule, moment)(after, before)

    def anew() -> object:
        forget()
        return ours(rule, start)(after, before)

    def theirs() -> object:
        return dateutils(rule, start)(after, before)

    mine, unread, other, forgetting = turns([known, anew, theirs, forget], 7)
    return other / mine, other / (unread - forgetting)


def hostile(start: datetime) -> float:
    """Print what rules that are made to take long cost; return the worst time in seconds."""
    worst = 0.0
    z = "Z" if start.tzinfo else ""
    after = start.replace(year=2026, month=3, day=1)
    before = after + timedelta(days=31)
    print(f"\n{'one month, from reading the rule to the answer':88} ms  dateutil")
    for rule in (rule.format(z=z) for rule in HOSTILE):
        tries = sorted(answered(rule, start, after, before) for _ in range(5))
        elapsed, answer = tries[2]
        worst = max(worst, elapsed)
        print(f"{rule:88}{elapsed * 1e3:6.2f}  {patience(rule, start, after, before)}  {answer}")
    return worst


def answered(rule: str, start: datetime, after: datetime, before: datetime) -> tuple[float, str]:
    """Return how long a rule takes that was never seen, in seconds, and what it answers."""
    forget()
    begin = process_time()
    try:
        answer = f"{len(ours(rule, start)(after, before))} starts"
    except UnboundedRecurrence as error:
        answer = type(error).__name__
    return process_time() - begin, answer


def patience(rule: str, start: datetime, after: datetime, before: datetime) -> str:
    """Return what dateutil needs for a rule, where it comes back in useful time."""
    if any(part in rule for part in DATEUTIL_GIVES_UP):
        return "      -"
    begin = process_time()
    dateutils(rule, start)(after, before)
    return f"{(process_time() - begin) * 1e3:7.1f}"


def verdict(label: str, value: float, limit: float, *, least: bool) -> None:
    """Print whether a goal is reached."""
    reached = value >= limit if least else value <= limit
    bound = "at least" if least else "at most"
    print(f"{label:60}{value:9.2f}   {bound} {limit:g}   {'reached' if reached else 'MISSED'}")


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description="Measure windows of recurrence rules.")
    parser.add_argument("--zone", help="an IANA zone in which the series step; none by default")
    zone = parser.parse_args().zone
    start = START.replace(tzinfo=ZoneInfo(zone) if zone else None)
    rules = [rule.format(z="Z" if zone else "") for rule in RULES]
    contenders = peers()
    print(f"{'rule':52}away  n kloudsync {'  '.join(f'{name:>20}' for name in contenders)}")
    results = [measure(rule, start, contenders) for rule in rules]
    anew = [fresh(rule, start) for rule in rules]
    print("\ndateutil / kloudsync at 0 years: another series with known lines, lines never seen")
    for rule, ratios in zip(rules, anew, strict=True):
        print(f"{rule:60}{ratios[0]:8.2f}{ratios[1]:8.2f}")
    worst = hostile(start)
    print()
    slowing = max(mine[3] / mine[0] for mine, _ in results)
    worsts = [min(ratios[index] for _, ratios in results) for index in range(len(YEARS))]
    verdict("time at 50 years / time at 0, worst rule", slowing, 1.2, least=False)
    verdict("dateutil / kloudsync at 0 years, worst rule", worsts[0], 1, least=True)
    known, unread = (min(ratios) for ratios in zip(*anew, strict=True))
    verdict("the same, every series anew, its lines known", known, 1, least=True)
    # Reading is paid once: what was read is kept, and most series share their lines.
    print(f"{'the same, every rule read for the first time':60}{unread:9.2f}   no goal")
    verdict("dateutil / kloudsync at 10 years, worst rule", worsts[2], 100, least=True)
    verdict("dateutil / kloudsync at 50 years, worst rule", worsts[3], 400, least=True)
    verdict("hostile rule, worst, in milliseconds", worst * 1e3, 5, least=False)


if __name__ == "__main__":
    main()
