from kloudsync.testing.google.rules import bound_of, core, on_weekday, rule_parts, with_bound


def test_a_bound_stands_after_frequency_and_week_start() -> None:
    """Google writes UNTIL and COUNT behind FREQ and WKST."""
    lines = ["RRULE:FREQ=WEEKLY;WKST=MO;INTERVAL=2;BYDAY=WE"]
    assert with_bound(lines, {"UNTIL": "20240123T225959Z"}) == [
        "RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20240123T225959Z;INTERVAL=2;BYDAY=WE"
    ]


def test_a_bound_replaces_the_one_before() -> None:
    """A rule has one bound at most."""
    assert with_bound(["RRULE:FREQ=DAILY;COUNT=5"], {"UNTIL": "20240101"}) == [
        "RRULE:FREQ=DAILY;UNTIL=20240101"
    ]
    assert with_bound(["RRULE:FREQ=DAILY;COUNT=5"], {}) == ["RRULE:FREQ=DAILY"]


def test_dates_have_no_bound() -> None:
    """RDATE and EXDATE lines stay as they are."""
    assert with_bound(["EXDATE:20240101T000000Z"], {"COUNT": "3"}) == ["EXDATE:20240101T000000Z"]


def test_the_core_of_a_rule_is_all_but_its_bound() -> None:
    """Rules that differ in reach alone are the same rule."""
    assert core(["RRULE:FREQ=DAILY;COUNT=5"]) == core(["RRULE:FREQ=DAILY;UNTIL=20240101"])
    assert core(["RRULE:FREQ=DAILY"]) != core(["RRULE:FREQ=DAILY;INTERVAL=2"])


def test_the_bound_of_an_endless_series_is_empty() -> None:
    """A rule without COUNT and UNTIL has no bound; so has a series of dates."""
    assert bound_of(["RRULE:FREQ=DAILY"]) == {}
    assert bound_of(["RDATE:20240101T000000Z"]) == {}
    assert bound_of(["RRULE:FREQ=DAILY;COUNT=5"]) == {"COUNT": "5"}


def test_weekly_rules_follow_a_move_to_another_weekday() -> None:
    """Monday's part of a weekly rule becomes Thursday's."""
    assert on_weekday(["RRULE:FREQ=WEEKLY;BYDAY=MO"], 0, 3) == ["RRULE:FREQ=WEEKLY;BYDAY=TH"]
    assert on_weekday(["RRULE:FREQ=MONTHLY;BYDAY=1MO"], 0, 3) == ["RRULE:FREQ=MONTHLY;BYDAY=1MO"]


def test_names_of_parts_are_read_in_upper_case() -> None:
    """Lower case and a trailing semicolon do no harm."""
    assert rule_parts("rrule:freq=DAILY;count=3;") == {"FREQ": "DAILY", "COUNT": "3"}
