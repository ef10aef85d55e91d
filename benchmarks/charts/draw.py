"""Draw `figures.json` as the charts of the documentation, for light and dark pages.

    python benchmarks/charts/draw.py

Nothing is measured here, so that what is drawn can be drawn again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "docs" / "img"

INK = {"light": ("#1f2328", "#57606a", "#d0d7de"), "dark": ("#e6edf3", "#9198a1", "#3d444d")}
BARS = {"light": ("#00796b", "#90a4ae"), "dark": ("#4db6ac", "#607d8b")}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
HEAD = f'role="img" aria-labelledby="title text" font-family="{FONT}" font-size="14"'
WIDTH, LEFT, RIGHT, TOP, ROW = 720, 210, 90, 48, 34


def charts(figures: dict[str, Any]) -> dict[str, tuple[str, str, dict[str, float]]]:
    """Return each chart's heading, unit and values, by the name of its file."""
    events = f"{figures['events']:,}"
    return {
        "time": (f"First sync of {events} events", "s of CPU", figures["time"]),
        "memory": ("Memory of that, above the imports", "MB", figures["memory"]),
        "import": ("Import", "s of CPU", figures["import"]),
        "weight": ("Installed, with dependencies", "MB", figures["weight"]),
    }


def chart(heading: str, unit: str, values: dict[str, float], scheme: str) -> str:
    """Return a chart of bars as SVG."""
    ink, soft, line = INK[scheme]
    own, other = BARS[scheme]
    height, most = TOP + ROW * len(values) + 14, max(values.values())
    said = "; ".join(f"{name}: {value:g} {unit}" for name, value in values.items())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {HEAD}>',
        f'  <title id="title">{heading}</title>',
        f'  <desc id="text">{said}</desc>',
        f'  <text x="12" y="26" font-weight="600" fill="{ink}">{heading}, {unit}</text>',
        f'  <line x1="{LEFT}" y1="{TOP - 8}" x2="{LEFT}" y2="{height - 10}" stroke="{line}"/>',
    ]
    for number, (name, value) in enumerate(values.items()):
        y = TOP + ROW * number
        wide = max(2.0, (WIDTH - LEFT - RIGHT) * value / most)
        bar, weight = (own, ' font-weight="600"') if name == "kloudsync" else (other, "")
        lines += [
            f'  <text x="{LEFT - 10}" y="{y + 16}" text-anchor="end" fill="{ink}"{weight}>{name}</text>',
            f'  <rect x="{LEFT}" y="{y}" width="{wide:.1f}" height="22" rx="3" fill="{bar}"/>',
            f'  <text x="{LEFT + wide + 8:.1f}" y="{y + 16}" fill="{soft}">{value:g}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])


def drawn() -> dict[str, str]:
    """Return all charts by the names of their files."""
    figures = json.loads((HERE / "figures.json").read_text())
    return {
        f"{name}-{scheme}.svg": chart(*told, scheme)
        for name, told in charts(figures).items()
        for scheme in INK
    }


if __name__ == "__main__":
    for name, text in drawn().items():
        (IMAGES / name).write_text(text)
