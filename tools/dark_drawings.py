"""Write the drawings of the documentation once more, in colours for dark pages.

    python tools/dark_drawings.py

`pass.svg` is drawn by hand, `pass-dark.svg` follows from it; a test holds the two together.
"""

from __future__ import annotations

import re
from pathlib import Path

IMAGES = Path(__file__).parents[1] / "docs" / "img"
DRAWN = ("pass", "split")

COLOURS = {
    "#fff": "#262b33",
    "#fafafa": "#1e2229",
    "#cfd8dc": "#3d444d",
    "#102027": "#e6edf3",
    "#37474f": "#b6c2c9",
    "#455a64": "#90a4ae",
    "#00796b": "#4db6ac",
    "#e0f2f1": "#17332f",
    "#b2dfdb": "#1f4f49",
    "#3949ab": "#9fa8da",
    "#c5cae9": "#343c6e",
    "#c62828": "#ef9a9a",
    "#b28704": "#ffd54f",
    "#fff8e1": "#3a331c",
}


def dark(drawing: str) -> str:
    """Return a drawing in colours for dark pages.

    Raises:
        KeyError: It has a colour that nobody chose a dark one for.
    """
    return re.sub(r"#[0-9a-f]{3,6}\b", lambda found: COLOURS[found[0]], drawing)


if __name__ == "__main__":
    for name in DRAWN:
        (IMAGES / f"{name}-dark.svg").write_text(dark((IMAGES / f"{name}.svg").read_text()))
