"""The codec of Salesloft's JSON, and its envelope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from cattrs import Converter

from kloudsync.errors import DecodeError
from kloudsync.http.codec import Codec, configure_converter, decode_json
from kloudsync.http.message import Response
from kloudsync.providers.salesloft.wire.scalars import configure_salesloft_scalars

T = TypeVar("T")


def _converter(*, thorough: bool) -> Converter:
    converter = Converter(detailed_validation=thorough)
    configure_converter(converter, rename=str)
    configure_salesloft_scalars(converter)
    return converter


codec: Codec = Codec(_converter(thorough=False), _converter(thorough=True), rename=str)


def whole(cls: type[T]) -> Callable[[Response], T]:
    """Return a decoder of answers that are read with their envelope, such as pages."""
    return codec.decode(cls)


def data(cls: type[T]) -> Callable[[Response], T]:
    """Return a decoder of answers that hold one object under `data`."""
    return partial(_data, cls)


def _data(cls: type[T], response: Response) -> T:
    parsed = decode_json(response)
    if not isinstance(parsed, Mapping) or "data" not in parsed:
        raise DecodeError(
            "expected an object under `data`, found none; check base_url", response=response
        )
    return codec.load(cls, cast("Mapping[str, Any]", parsed)["data"])
