"""What calendars are called where strangers may read: in logs and traces."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import Final

from kloudsync.model.calendar import CalendarKey
from kloudsync.runtime.clock import entropy

LOG_KEY_VARIABLE: Final = "KLOUDSYNC_LOG_KEY"
"""Names the key of nicknames in the environment, for programs of several processes."""

_drawn: Final = entropy(16)


def nickname(key: CalendarKey) -> str:
    """Name a calendar in logs and traces: its provider, and a keyed digest of all that names it.

    Ids of calendars often are mail addresses, and without a key whoever has a list of addresses
    would find them again. A process draws its own key; where lines of several processes have to
    be found together, `KLOUDSYNC_LOG_KEY` has one for all of them.
    """
    told = os.environ.get(LOG_KEY_VARIABLE)
    secret = blake2b(os.fsencode(told)).digest() if told else _drawn
    named = str(key).encode("utf-8", "surrogatepass")
    return f"{key.provider}:{blake2b(named, digest_size=8, key=secret).hexdigest()}"
