"""How channels are kept and how often calendars are fetched."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import and_, ge, gt, le

from kloudsync.errors import UsageError

DAY = 86_400.0


@frozen(kw_only=True)
class WatchPolicy:
    """How channels are kept and how often calendars are fetched. All times in seconds.

    Attributes:
        life: How long a channel shall live; services may grant less.
        renew_at: The share of a channel's life after which a new one is opened beside it.
        spread: The share of its life by which a channel may be renewed earlier, so that
            channels that were opened together are not renewed together; less than `renew_at`.
        grace: How long a channel may be without an answer before another one is opened.
        unwatchable_for: How long no channel is asked for where the service has none.
        poll_watched: How often a calendar with a channel is fetched all the same, since
            notifications get lost.
        poll_unwatched: How often one without a channel is fetched.
        quiet: How long to wait after a notification for others of the same action.
        patience: How long to wait at most while notifications keep coming.
        rest: How long what failed is left alone: a calendar's sync, the opening or stopping of a
            channel, or the whole account where its credentials are at fault. Doubles with each
            failure in a row, and is longer where the service asks for it.
        longest_rest: The longest of these, unless the service asks for more.

    Raises:
        UsageError: `spread` is not less than `renew_at`, or `rest` is more than `longest_rest`.
        ValueError: A value is out of range.
    """

    life: float = field(default=7 * DAY, validator=gt(0.0))
    renew_at: float = field(default=0.8, validator=and_(gt(0.0), le(1.0)))
    spread: float = field(default=0.1, validator=and_(ge(0.0), le(1.0)))
    grace: float = field(default=120.0, validator=ge(0.0))
    unwatchable_for: float = field(default=30 * DAY, validator=ge(0.0))
    poll_watched: float = field(default=DAY / 4, validator=gt(0.0))
    poll_unwatched: float = field(default=900.0, validator=gt(0.0))
    quiet: float = field(default=2.0, validator=ge(0.0))
    patience: float = field(default=30.0, validator=ge(0.0))
    rest: float = field(default=60.0, validator=ge(0.0))
    longest_rest: float = field(default=DAY / 4, validator=ge(0.0))

    def __attrs_post_init__(self) -> None:
        """Refuse a policy by which a channel may be old as soon as it is open."""
        if self.spread >= self.renew_at:
            raise UsageError(
                f"spread ({self.spread}) has to be less than renew_at ({self.renew_at}), "
                "or channels would be renewed as soon as they are open"
            )
        if self.rest > self.longest_rest:
            raise UsageError(
                f"rest ({self.rest}) is more than longest_rest ({self.longest_rest}); raise that too"
            )
