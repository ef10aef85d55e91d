import pytest

from kloudsync.testing.google.lines import check_recurrence
from kloudsync.testing.google.refusals import Refusal

TAKEN = [
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=HOURLY;INTERVAL=7",
    "rrule:freq=weekly;byday=mo,tu;wkst=su",
    "RRULE:FREQ=WEEKLY;COUNT=8;",
    "RRULE:FREQ=MONTHLY;BYDAY=-1FR,+2MO;BYSETPOS=-1",
    "RRULE:FREQ=YEARLY;BYMONTH=2,10;BYMONTHDAY=29,-1;UNTIL=20301231",
    "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=-366",
    "RRULE:FREQ=DAILY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60;UNTIL=20301231T235959Z",
    "EXRULE:FREQ=WEEKLY",
    "EXDATE:20260105T090000Z",
    "EXDATE;TZID=Europe/Paris:20260105T090000,20260112T090000",
    "RDATE;VALUE=DATE:20260105",
    "RDATE;VALUE=PERIOD:20260105T090000Z/PT1H",
]
REFUSED = [
    "",
    "garbage",
    "FREQ=DAILY",
    "RRULE:",
    "RRULE:COUNT=5",
    "RRULE:FREQ=FOO",
    "RRULE:FREQ=DAILY;FREQ=DAILY",
    "RRULE:FREQ=DAILY;COUNT=5;COUNT=6",
    "RRULE:FREQ=DAILY;COUNT=5;UNTIL=20301231",
    "RRULE:FREQ=DAILY;COUNT=0",
    "RRULE:FREQ=DAILY;COUNT=-1",
    "RRULE:FREQ=DAILY;INTERVAL=0",
    "RRULE:FREQ=DAILY;X-FOO=1",
    "RRULE:FREQ=DAILY;BYDAY=XX",
    "RRULE:FREQ=DAILY;BYDAY=MO,,TU",
    "RRULE:FREQ=MONTHLY;BYDAY=54MO",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=32",
    "RRULE:FREQ=MONTHLY;BYMONTHDAY=0",
    "RRULE:FREQ=YEARLY;BYMONTH=13",
    "RRULE:FREQ=DAILY;BYMONTH=",
    "RRULE:FREQ=DAILY;BYHOUR=24",
    "RRULE:FREQ=DAILY;WKST=XX",
    "RRULE:FREQ=DAILY;UNTIL=20261301",
    "RRULE:FREQ=DAILY;UNTIL=tomorrow",
    "RRULE:FREQ=SECONDLY",
    "RRULE:FREQ=MINUTELY",
    "RRULE;X=Y:FREQ=DAILY",
    "DTSTART:20260105T090000Z",
    "EXDATE:",
    "EXDATE:20260230",
    "EXDATE;TZID=Nowhere/City:20260105T090000",
    "EXDATE;X=Y:20260105T090000Z",
]


@pytest.mark.parametrize("line", TAKEN)
def test_what_the_grammar_has_is_taken(line: str) -> None:
    """Rules of RFC 5545, dates and exclusions in their spellings."""
    check_recurrence([line])


@pytest.mark.parametrize("line", REFUSED)
def test_garbage_is_refused(line: str) -> None:
    """The service says no more than that a rule is invalid."""
    with pytest.raises(Refusal, match=r"Invalid recurrence rule\.") as caught:
        check_recurrence(["RRULE:FREQ=DAILY", line])
    assert (caught.value.status, caught.value.reason) == (400, "invalid")


@pytest.mark.parametrize("frequency", ["MINUTELY", "SECONDLY"])
def test_frequent_rules_can_be_allowed(frequency: str) -> None:
    """The grammar has them; whether the service does is not documented."""
    check_recurrence([f"RRULE:FREQ={frequency}"], frequent=True)
