import re
from pathlib import Path

from kloudsync.testing.microsoft import USUAL, Habit

PAGE = Path(__file__).parents[3] / "docs" / "testing.md"


def test_every_habit_is_documented_as_it_is() -> None:
    """The page lists each habit of this fake, and whether it has it at first."""
    told = PAGE.read_text().partition("### FakeMicrosoft")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| (on|off) \|$", told, re.MULTILINE)
    assert dict(rows) == {habit.name: "on" if habit in USUAL else "off" for habit in Habit}


def test_each_habit_says_how_well_it_is_known() -> None:
    """Seen, documented or inferred: nobody takes a guess for a fact."""
    for habit in Habit:
        assert re.search(r"seen|documented|inferred|old forms|page", habit.value), habit
