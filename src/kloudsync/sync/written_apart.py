"""How far apart the two writes of a client may lie that divides a series by itself."""

from __future__ import annotations

from typing import Final

WRITTEN_APART: Final = 1_800.0
"""So many seconds may lie between the two writes of a client that divides a series by itself.

Such a client ends one series and inserts another one, mostly within a second. A limit of rates or
a queue can put minutes between them; somebody who takes a free hour comes days later.
"""
