"""What requests cost, with tiers and prices as whoever asks them knows them."""

from __future__ import annotations

from math import inf
from typing import Self

from attrs import frozen

from kloudsync.errors import UsageError

DAYS = 30.44
"""Of a month, on average."""


@frozen
class Tier:
    """Requests of a day up to a number, and what they cost.

    Attributes:
        up_to: The last request of a day that costs so; infinite for all others.
        price: For a thousand requests, in whatever currency.
    """

    up_to: float
    price: float


@frozen
class Tariff:
    """Tiers of prices, the cheapest number of requests first.

    Attributes:
        tiers: Each begins where the one before it ends.

    Raises:
        UsageError: They do not rise, or a price is negative.
    """

    tiers: tuple[Tier, ...] = (Tier(inf, 0.0),)

    def __attrs_post_init__(self) -> None:
        """Refuse what is no tariff."""
        ends = [tier.up_to for tier in self.tiers]
        if not ends or ends != sorted(set(ends)) or any(tier.price < 0 for tier in self.tiers):
            raise UsageError("tiers have to rise, and prices not to be negative")

    @classmethod
    def parse(cls, texts: list[str]) -> Self:
        """Read tiers such as `1000000:0` and `:0.4`: the last request of a day, and the price of 1,000.

        Raises:
            UsageError: A text is no tier, or the tiers do not rise.
        """
        try:
            pairs = [text.split(":") for text in texts]
            return cls(tuple(Tier(float(end or inf), float(price)) for end, price in pairs))
        except ValueError:
            raise UsageError(
                f"tiers are UP_TO:PRICE, such as 1000000:0 and :0.4, not {texts}"
            ) from None

    def of_month(self, per_day: float) -> float:
        """Return what a month of so many requests a day costs; what is beyond the last tier is free."""
        total = begin = 0.0
        for tier in self.tiers:
            total += max(0.0, min(per_day, tier.up_to) - begin) * tier.price / 1000.0
            begin = tier.up_to
        return total * DAYS
