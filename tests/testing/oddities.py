"""Bodies that nobody should send: every part of a good one, replaced by what does not belong there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from hypothesis import strategies as st

from kloudsync.testing.shapes import LONG, NUMBER, TEXT, Shape

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", "x", "0001-01-01T00:00:00+14:00", "9999-12-31", "\u0000",
    [], [None], ["x"], [[]], {}, {"a": 1}, {"": {}}, [{}],
)  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def sample(shape: Shape, samples: Mapping[str, Any], name: str = "") -> Any:
    """Make up a value of a shape; members of some names are given."""
    if isinstance(shape, list):
        return samples.get(name) or [sample(shape[0], samples)]
    if not isinstance(shape, str):
        return samples.get(name) or {
            each: sample(inner, samples, each) for each, inner in shape.items()
        }
    return samples.get(name, {TEXT: "x", NUMBER: 1, LONG: "1"}.get(shape, True))


def oddities(value: Any) -> Iterator[Any]:
    """Yield a value with each part of it, in turn, replaced by each odd one."""
    yield from ODD
    if isinstance(value, dict):
        held = cast("dict[str, Any]", value)
        for name, inner in held.items():
            yield from (held | {name: odd} for odd in oddities(inner))
    if isinstance(value, list):
        yield from ([odd] for odd in oddities(value[0]))
