"""Keeping what was made of texts, so that what is kept is bounded by its size, whoever wrote them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

LONGEST_KEPT: Final = 1_100
"""Of texts with more characters nothing is kept; a rule with all that it may have is shorter."""


class Keeping(Protocol[P, R_co]):
    """A function that keeps its latest answers to short texts."""

    longest: int
    cache_clear: Callable[[], None]

    def __call__(self, text: str, *rest: P.args, **named: P.kwargs) -> R_co:
        """Answer."""
        ...


def kept(
    entries: int, longest: int = LONGEST_KEPT
) -> Callable[[Callable[Concatenate[str, P], R]], Keeping[P, R]]:
    """Keep the latest answers of a function of a text, but nothing of long texts.

    Args:
        entries: How many answers to keep.
        longest: How many characters each text among the arguments may have.
    """

    def keep(function: Callable[Concatenate[str, P], R]) -> Keeping[P, R]:
        known: Any = lru_cache(entries)(function)
        plain: Any = function

        @wraps(function)
        def ask(text: str, *rest: Any) -> Any:
            if len(text) > longest or any(_is_long(one, longest) for one in rest):
                return plain(text, *rest)
            return known(text, *rest)

        asking: Any = ask
        asking.longest, asking.cache_clear = longest, known.cache_clear
        keeping: Keeping[P, R] = asking
        return keeping

    return keep


def _is_long(one: object, longest: int) -> bool:
    return type(one) is str and len(one) > longest
