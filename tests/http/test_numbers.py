import pytest

from kloudsync.http.numbers import whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 42 ", 42), ("007", 7)])
def test_digits_are_a_number(text: str, number: int) -> None:
    """Space around them and zeros before them change nothing."""
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", [None, "", " ", "-1", "+1", "1.0", "1e3", "1_000", "\u0663", "\u00b2", "many"]
)
def test_anything_else_is_none(text: str | None) -> None:
    """What only some readers take for a number is none."""
    assert whole_number(text) is None


@pytest.mark.parametrize("text", ["9" * 5_000, "9" * 18, "0" * 5_000])
def test_absurd_numbers_are_none(text: str) -> None:
    """Not even read where they are long, of which the interpreter makes an error."""
    assert whole_number(text) is None


def test_a_bound_of_ones_own_counts() -> None:
    """What a budget cannot hold says nothing about it."""
    assert whole_number("600", most=600) == 600
    assert whole_number("601", most=600) is None
