"""Stretches of time as pairs of seconds since 1970, the end exclusive: union and difference."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


def merged(starts: list[int], ends: list[int]) -> list[Span]:
    """Return the union of spans as few spans in order; what touches is one.

    Args:
        starts: Where the spans start, in any order; sorted in place.
        ends: Where they end, in any order, as many; sorted in place.
    """
    if not starts:
        return []
    starts.sort()
    ends.sort()
    # After the n-th end nothing goes on if the next start, of all starts, comes later.
    gaps = [gap for gap in zip(ends, starts[1:], strict=False) if gap[0] < gap[1]]
    edges = [starts[0], *(edge for gap in gaps for edge in gap), ends[-1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def inside(span: Span, spans: list[Span]) -> list[Span]:
    """Return spans in order, all of which meet one span, cut to it."""
    low, high = span
    return [(max(start, low), min(end, high)) for start, end in spans]


def without(span: Span, taken: Iterable[Span]) -> list[Span]:
    """Return what spans in order, none of which meet, leave of one span."""
    low, high = span
    inside = [
        (max(start, low), min(end, high)) for start, end in taken if start < high and end > low
    ]
    edges = [low, *(edge for one in inside for edge in one), high]
    return [(end, start) for end, start in zip(edges[::2], edges[1::2], strict=True) if end < start]
