from kloudsync.testing.google.rows import Kind, Row, Rows


def row(event: str, changed: int, kind: Kind = Kind.SINGLE, series: str | None = None) -> Row:
    """Make a row without content."""
    return Row(id=event, changed=changed, kind=kind, body=b"{}", series=series)


def test_rows_come_in_the_order_of_their_last_change() -> None:
    """A row that changes moves to the end; those of one action come by id."""
    rows = Rows()
    for each in (row("b", 1), row("c", 2), row("a", 2), row("b", 3)):
        rows.put(each)
    assert [each.id for each in rows] == ["a", "c", "b"]
    assert len(rows) == 3


def test_rows_are_found_by_time_of_change() -> None:
    """What changed at the mark itself has been seen."""
    rows = Rows()
    for number in range(5):
        rows.put(row(f"{number}", number))
    assert [each.id for each in rows.since(2)] == ["3", "4"]


def test_exceptions_are_found_by_their_series() -> None:
    """An exception that changes its series is found under the new one alone."""
    rows = Rows()
    rows.put(row("x", 1, Kind.EXCEPTION, "old"))
    rows.put(row("x", 2, Kind.EXCEPTION, "new"))
    assert rows.exceptions("old") == []
    assert [each.id for each in rows.exceptions("new")] == ["x"]


def test_segments_are_found_by_their_base() -> None:
    """Deleted segments are no longer there."""
    rows = Rows()
    rows.put(row("abc", 1, Kind.SERIES))
    rows.put(row("abc_R20250326T123000", 1, Kind.SERIES))
    rows.put(row("abc", 2, Kind.DELETED))
    assert [each.id for each in rows.segments("abc")] == ["abc_R20250326T123000"]


def test_former_versions_of_series_are_remembered() -> None:
    """The version of a mark is the last one that was written up to it."""
    rows = Rows()
    for changed in (1, 3, 5):
        rows.put(row("abc", changed, Kind.SERIES))
    assert rows.series_as_of(4)["abc"].changed == 3
    assert rows.series_as_of(0) == {}


def test_a_dropped_row_leaves_no_trace() -> None:
    """Neither by id nor by series; dropping what is not there does nothing."""
    rows = Rows()
    rows.put(row("x", 1, Kind.EXCEPTION, "abc"))
    rows.drop("x")
    rows.drop("x")
    assert rows.get("x") is None
    assert rows.exceptions("abc") == []
