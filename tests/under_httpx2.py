"""Lets tests pass in clients of httpx2 where they name httpx: `pytest -p tests.under_httpx2 …`.

The library itself goes on with httpx, which it has imported by then, and so do its own clients.
"""

import sys
from importlib import import_module

import httpx2

for known in ("kloudsync.http.library", "kloudsync.testing.transport", "respx"):
    import_module(known)

sys.modules["httpx"] = httpx2
