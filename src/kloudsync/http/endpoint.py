"""Endpoints that are written once: described on the class, performed on a client.

`Events.list("primary")` describes the call and returns an `Operation`;
`client.events.list("primary")` performs it, giving the answer on a blocking
client, a coroutine on an awaiting one, and an `Answer` with status and headers
on the `with_raw_response` twins of both.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, overload

from kloudsync.http.caller import AnyCaller, Awaiting, Blocking, Raw
from kloudsync.http.operation import Answer, Operation

P = ParamSpec("P")
T = TypeVar("T")
C_co = TypeVar("C_co", bound=AnyCaller | Raw[Any], covariant=True)


class Resource(Generic[C_co]):
    """A group of endpoints bound to the caller that performs them."""

    def __init__(self, caller: C_co) -> None:
        self.caller = caller


class endpoint(Generic[P, T]):  # noqa: N801 - reads as the decorator that it is
    """Turn a function that describes a call into a method that performs it."""

    def __init__(self, describe: Callable[P, Operation[T]]) -> None:
        self._describe = describe
        self.__wrapped__ = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, resource: None, owner: Any) -> Callable[P, Operation[T]]: ...
    @overload
    def __get__(self, resource: Resource[Blocking], owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(
        self, resource: Resource[Awaiting], owner: Any
    ) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, resource: Resource[Raw[Blocking]], owner: Any) -> Callable[P, Answer[T]]: ...
    @overload
    def __get__(
        self, resource: Resource[Raw[Awaiting]], owner: Any
    ) -> Callable[P, Coroutine[Any, Any, Answer[T]]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: Any) -> Callable[P, Any]:
        """Return the description on the class, the performing call on an instance."""
        if resource is None:
            return self._describe
        caller = resource.caller

        def perform(*args: P.args, **kwargs: P.kwargs) -> Any:
            return caller.call(self._describe(*args, **kwargs))

        return update_wrapper(perform, self._describe)
