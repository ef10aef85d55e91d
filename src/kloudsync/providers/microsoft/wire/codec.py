"""The codec of Microsoft Graph's JSON."""

from __future__ import annotations

from kloudsync.http.codec import Codec, make_codec

codec: Codec = make_codec()
