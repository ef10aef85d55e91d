"""Surgery on the text of recurrence rules, as Google performs it."""

from collections.abc import Iterable, Sequence

BOUNDS = ("UNTIL", "COUNT")


def rule_parts(line: str) -> dict[str, str]:
    """Read an `RRULE:` line as its parts, names in upper case, in their order."""
    parts = (part.partition("=") for part in line.partition(":")[2].split(";") if part)
    return {name.upper(): value for name, _, value in parts}


def is_rule(line: str) -> bool:
    """Tell a recurrence rule from dates and exclusions."""
    return line.upper().startswith("RRULE:") and "FREQ=" in line.upper()


def core(lines: Iterable[str]) -> list[dict[str, str]]:
    """Keep what the rules say apart from how far they reach."""
    return [
        {name: value for name, value in rule_parts(line).items() if name not in BOUNDS}
        for line in lines
        if is_rule(line)
    ]


def bound_of(lines: Iterable[str]) -> dict[str, str]:
    """Find how far a series reaches: `UNTIL`, `COUNT`, or nothing for an endless one."""
    for line in filter(is_rule, lines):
        return {name: value for name, value in rule_parts(line).items() if name in BOUNDS}
    return {}


def with_bound(lines: Sequence[str], bound: dict[str, str]) -> list[str]:
    """Give every rule another bound, or none."""
    return [_rebound(line, bound) if is_rule(line) else line for line in lines]


def _rebound(line: str, bound: dict[str, str]) -> str:
    parts = {name: value for name, value in rule_parts(line).items() if name not in BOUNDS}
    head = {name: parts.pop(name) for name in ("FREQ", "WKST") if name in parts}
    return "RRULE:" + ";".join(f"{name}={value}" for name, value in (head | bound | parts).items())


def on_weekday(lines: Sequence[str], old: int, new: int) -> list[str]:
    """Move the day of weekly rules along when their occurrences move to another weekday."""
    if old == new:
        return list(lines)
    return [_swap_day(line, old, new) if is_rule(line) else line for line in lines]


def _swap_day(line: str, old: int, new: int) -> str:
    parts = rule_parts(line)
    days = parts.get("BYDAY", "").split(",")
    if parts.get("FREQ") != "WEEKLY" or DAYS[old] not in days:
        return line
    parts["BYDAY"] = ",".join(dict.fromkeys(DAYS[new] if day == DAYS[old] else day for day in days))
    return "RRULE:" + ";".join(f"{name}={value}" for name, value in parts.items())


DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
