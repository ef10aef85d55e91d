"""The codec of Google Calendar's JSON."""

from __future__ import annotations

from kloudsync.http.codec import make_codec

codec = make_codec()
