"""The live calendar in headless Chromium: with a mouse, with a keyboard, on wide and narrow screens."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
EXAMPLE = Path(__file__).parents[2] / "examples" / "live_calendar"
SIZES = [(1280, 800), (390, 844)]

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path (apt install chromium)"),
]


@pytest.fixture
def address() -> Iterator[str]:
    """Start the example, and return where its page is."""
    command = [sys.executable, str(EXAMPLE), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:  # noqa: S603
        assert program.stdout is not None
        yield next(word for word in program.stdout.readline().split() if word.startswith("http"))
        program.terminate()


@contextmanager
def seen(
    address: str, size: tuple[int, int] = (1280, 800), scheme: str = "light"
) -> Generator[Any]:
    """Open the page, its copy in step; nothing on it may fail."""
    driver = pytest.importorskip("playwright.sync_api", reason="needs: pip install playwright")
    with driver.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        said: list[object] = []
        page.on("pageerror", partial(note_failure, said))
        page.on("console", partial(note, said))
        page.goto(address)
        in_step(page)
        yield page
        browser.close()
    assert said == []


def note(said: list[object], line: Any) -> None:
    """Note what the browser complains of on its console."""
    if line.type == "error":
        said.append(line.text)


def note_failure(said: list[object], error: object) -> None:
    """Note what the page's own program failed at."""
    said.append(error)


def in_step(page: Any) -> None:
    """Wait until the copy is as the calendar."""
    page.wait_for_selector("#step:text-is('in step')")


def event(page: Any, name: str) -> Any:
    """Find an event of the calendar by the beginning of its accessible name."""
    return page.locator("#calendar").get_by_role("button", name=name).first


def copied(page: Any, text: str) -> Any:
    """Find a block of the copy."""
    return page.locator("#copy .block", has_text=text)


@pytest.mark.parametrize("size", SIZES)
def test_a_split_is_drawn_as_linked_series(address: str, size: tuple[int, int]) -> None:
    """An edit of this and following ends in a split in the feed and two linked segments."""
    with seen(address, size) as page:
        event(page, "Stand-up, Wednesday").click()
        page.get_by_label("From", exact=True).fill("11:30")
        page.get_by_label("To", exact=True).fill("12:00")
        page.get_by_label("This and following").check()
        page.get_by_role("button", name="Save").click()
        page.wait_for_selector("#feed .split")
        page.wait_for_selector("#series .linked + .linked .link")
        if size[0] > 700:
            page.wait_for_selector("#copy .threads path", state="attached")
        in_step(page)
        event(page, "Stand-up, Friday").click()
        page.get_by_label("This and following").check()
        page.get_by_role("button", name="Delete").click()
        page.wait_for_selector("#feed .truncated")


def test_an_event_is_made_by_keyboard_and_moved_by_it(address: str) -> None:
    """No mouse is needed: the event keeps the focus while it moves."""
    with seen(address) as page:
        page.get_by_role("button", name="New event").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("Chess")
        page.keyboard.press("Enter")
        copied(page, "Chess").wait_for()
        chess = event(page, "Chess")
        before = chess.get_attribute("aria-label")
        chess.focus()
        page.keyboard.press("Alt+ArrowDown")
        page.wait_for_selector("button:focus[aria-label*='10:15 to 11:15']")
        page.keyboard.press("Alt+ArrowUp")
        page.wait_for_selector(f"button:focus[aria-label='{before}']")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Delete").press("Enter")
        copied(page, "Chess").wait_for(state="detached")
        in_step(page)


def test_an_event_is_dragged_to_another_day(address: str) -> None:
    """It lands a day later, three quarters of an hour earlier; one of a series asks which."""
    with seen(address) as page:
        drag(page, event(page, "Interview"), 1, -45)
        event(page, "Interview, Thursday").wait_for()
        assert "12:45 to 14:15" in event(page, "Interview").get_attribute("aria-label")
        in_step(page)
        drag(page, event(page, "Stand-up, Tuesday"), 0, 60)
        page.get_by_label("This one").wait_for()
        assert page.get_by_label("From", exact=True).input_value() == "10:30"
        page.get_by_role("button", name="Save").click()
        page.wait_for_selector("#feed .added:has-text('Tue'):has-text('10:30')")


def test_whole_days_are_made_by_dragging_over_them(address: str) -> None:
    """The days that the mouse went over are asked about; what was made is slid on by a day."""
    with seen(address) as page:
        band = page.locator("#calendar .band").bounding_box()
        column, y = band["width"] / 7, band["y"] + band["height"] - 6
        page.mouse.move(band["x"] + 0.5 * column, y)
        page.mouse.down()
        page.mouse.move(band["x"] + 1.5 * column, y, steps=4)
        page.mouse.up()
        page.get_by_label("Title").fill("Retreat")
        assert page.get_by_role("checkbox", name="All day").is_checked()
        page.get_by_role("button", name="Save").click()
        page.locator("#copy .bar", has_text="Retreat").wait_for()
        assert " to Tuesday " in event(page, "Retreat, Monday").get_attribute("aria-label")
        bar = event(page, "Retreat").bounding_box()
        page.mouse.move(bar["x"] + column, bar["y"] + 8)
        page.mouse.down()
        page.mouse.move(bar["x"] + 2 * column, bar["y"] + 8, steps=4)
        page.mouse.up()
        event(page, "Retreat, Tuesday").wait_for()
        in_step(page)


@pytest.mark.parametrize("size", SIZES)
def test_whole_days_are_made_by_keyboard_and_moved_by_it(
    address: str, size: tuple[int, int]
) -> None:
    """A box says that it takes whole days; times are asked for again where it is unticked."""
    with seen(address, size) as page:
        page.get_by_role("button", name="New event").press("Enter")
        page.keyboard.type("Holiday")
        box = page.get_by_role("checkbox", name="All day")
        box.press("Space")
        assert page.get_by_label("From", exact=True).is_hidden()
        box.press("Space")
        assert page.get_by_label("From", exact=True).is_visible()
        box.press("Space")
        monday = page.evaluate("state.monday")
        page.get_by_label("Day", exact=True).fill(monday)
        page.get_by_label("Last day").fill(monday)
        page.keyboard.press("Enter")
        page.locator("#copy .bar", has_text="Holiday").first.wait_for()
        event(page, "Holiday, Monday").focus()
        page.keyboard.press("Alt+ArrowRight")
        page.wait_for_selector("button:focus[aria-label^='Holiday, Tuesday']")
        page.keyboard.press("Enter")
        assert page.get_by_role("checkbox", name="All day").is_hidden()
        page.get_by_role("button", name="Delete").press("Enter")
        page.locator("#copy .bar", has_text="Holiday").first.wait_for(state="detached")
        in_step(page)


def drag(page: Any, block: Any, days: int, minutes: int) -> None:
    """Drag an event with the mouse."""
    box = block.bounding_box()
    column = page.locator("#calendar .day").first.bounding_box()
    hours = int(page.locator("#calendar").evaluate("it => it.style.getPropertyValue('--hours')"))
    hour = page.locator("#calendar .blocks").first.bounding_box()["height"] / hours
    x, y = box["x"] + box["width"] / 2, box["y"] + 5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4, y + 8)
    page.mouse.move(x + days * column["width"], y + minutes / 60 * hour, steps=4)
    page.mouse.up()


def test_a_fault_is_switched_on_and_off(address: str) -> None:
    """The page says what the service refuses, and falls into step again afterwards."""
    with seen(address) as page:
        switch = page.get_by_role("switch", name="Expired token")
        switch.focus()
        page.keyboard.press("Space")
        page.wait_for_selector("#health.bad:has-text('Unauthorized')")
        switch.press("Space")
        page.wait_for_selector("#health.good")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_page_fits_and_everything_has_a_name(
    address: str, size: tuple[int, int], scheme: str
) -> None:
    """Nothing is cut off sideways, and each control says what it is."""
    with seen(address, size, scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        tree = page.locator("body").aria_snapshot()
        assert "heading" in tree
        nameless = [line for line in tree.splitlines() if line.strip(" -:") in {"button", "switch"}]
        assert nameless == []
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, paper[4:-1].split(","))) < 300) == (scheme == "dark")
