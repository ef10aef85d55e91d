from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kloudsync.agenda.spans import Span, merged, without

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda one: (one[0], one[0] + one[1])),
    max_size=12,
)


def seconds(spans: list[Span]) -> set[int]:
    """Return every second that spans cover."""
    return {second for start, end in spans for second in range(start, end)}


@given(SPANS)
def test_merging_covers_the_same_in_as_few_spans_as_can_be(spans: list[Span]) -> None:
    """The union is in order, and no two of its spans touch."""
    found = merged([start for start, _ in spans], [end for _, end in spans])
    assert seconds(found) == seconds(spans)
    assert all(one[1] < two[0] for one, two in pairwise(found))


@given(SPANS, st.tuples(st.integers(0, 40), st.integers(1, 40)))
def test_a_span_without_others_is_what_they_leave(spans: list[Span], span: Span) -> None:
    """Difference is exact, in order and without empty spans."""
    window = (span[0], span[0] + span[1])
    taken = merged([start for start, _ in spans], [end for _, end in spans])
    found = without(window, taken)
    assert seconds(found) == set(range(*window)) - seconds(spans)
    assert all(start < end for start, end in found)
    assert found == sorted(found)
