from tests.agenda.rows import at, series, single
from tests.agenda.shelf import holding, view

from kloudsync.agenda import occurrences
from kloudsync.model.occurrence import Occurrence

RECORDS = [
    single("z", at("2026-01-06T09:00")),
    series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;COUNT=3"),
]
WINDOW = at("2026-01-05T00:00"), at("2026-02-01T00:00")


def test_an_agenda_is_a_sequence_of_occurrences() -> None:
    """It can be walked, counted, indexed and cut like a list, as often as one likes."""
    agenda = occurrences(holding(RECORDS), [view()], *WINDOW)
    walked = list(agenda)
    assert [one.id[:1] for one in walked] == ["a", "a", "z", "a"]
    assert all(type(one) is Occurrence for one in walked)
    assert len(agenda) == 4
    assert [agenda[n] for n in range(4)] == walked == list(agenda)
    assert agenda[-1] == walked[-1]
    assert agenda[1:3] == walked[1:3]
    assert list(reversed(agenda)) == walked[::-1]
    assert walked[2] in agenda
    assert "4 occurrences" in repr(agenda)


def test_an_empty_agenda_is_false() -> None:
    """Nothing takes place in an empty calendar."""
    assert not occurrences(holding([]), [view()], *WINDOW)
