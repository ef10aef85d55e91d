from tests.testing.google.caller import Caller, read


def test_the_palettes_have_googles_sizes(caller: Caller) -> None:
    """24 colours of calendars and 11 of events, each with its contrast, as hexadecimal numbers."""
    colors = read(caller.send("GET", "colors"))
    assert list(colors["calendar"]) == [str(number) for number in range(1, 25)]
    assert list(colors["event"]) == [str(number) for number in range(1, 12)]
    shades = [*colors["calendar"].values(), *colors["event"].values()]
    for shade in shades:
        assert [len(shade[name]) for name in ("background", "foreground")] == [7, 7]
        int(shade["background"][1:], 16)
