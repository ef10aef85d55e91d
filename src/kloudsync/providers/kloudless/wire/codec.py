"""The codec of Kloudless's JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from cattrs import Converter

from kloudsync.http.codec import Codec, configure_converter, decode_json
from kloudsync.http.message import Response
from kloudsync.providers.kloudless.tasks import expect_done
from kloudsync.providers.kloudless.wire.scalars import configure_kloudless_scalars

T = TypeVar("T")


def _converter(*, thorough: bool) -> Converter:
    converter = Converter(detailed_validation=thorough)
    configure_converter(converter, rename=str)
    configure_kloudless_scalars(converter)
    return converter


codec: Codec = Codec(_converter(thorough=False), _converter(thorough=True), rename=str)


def decoder(cls: type[T]) -> Callable[[Response], T]:
    """Return a decoder of answers that hold one resource."""
    return partial(_decode, cls)


def decode_done(response: Response) -> None:
    """Read an answer that says all by its status; a body that comes along is not read."""
    expect_done(response)


def _decode(cls: type[T], response: Response) -> T:
    expect_done(response)
    return codec.load(cls, decode_json(response))
