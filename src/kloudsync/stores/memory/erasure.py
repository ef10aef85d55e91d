"""What the store holds without a calendar, or without an account."""

from __future__ import annotations

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.writes import tells_of
from kloudsync.stores.memory.content import Content
from kloudsync.stores.memory.shelf import Shelf


def without(content: Content, key: CalendarKey) -> Content:
    """Return contents without a calendar, its lease and channels, and what mirrors noted of it."""
    shelf = content.shelves.get(key) or Shelf()

    def is_kept(topic: Topic) -> bool:
        return topic.key != key

    return without_lease(
        evolve(
            content,
            shelves={one: held for one, held in content.shelves.items() if one != key},
            feed=tuple(one for one in content.feed if one[1].key != key),
            # No position is used again, should the calendar come back.
            floor=max(content.floor, shelf.position),
            consumers={one: at for one, at in content.consumers.items() if one[1] != key},
            channels={id_: one for id_, one in content.channels.items() if is_kept(one.topic)},
            standings={topic: one for topic, one in content.standings.items() if is_kept(topic)},
            ledgers={
                mirror: entries
                for mirror, entries in content.ledgers.items()
                if not tells_of(mirror, key)
            },
            timetable=content.timetable.keeping(is_kept),
            requests={one: count for one, count in content.requests.items() if one[1] != key},
        ),
        str(key),
    )


def without_account(content: Content, provider: str, account: str) -> Content:
    """Return contents without what an account has besides calendars."""

    def is_kept(topic: Topic) -> bool:
        return (topic.key.provider, topic.key.account) != (provider, account)

    return without_lease(
        evolve(
            content,
            channels={id_: one for id_, one in content.channels.items() if is_kept(one.topic)},
            standings={topic: one for topic, one in content.standings.items() if is_kept(topic)},
            timetable=content.timetable.keeping(is_kept),
            requests={
                one: count for one, count in content.requests.items() if is_kept(Topic(one[1]))
            },
            tokens={
                one: kept for one, kept in content.tokens.items() if one != (provider, account)
            },
        ),
        f"channels:{provider}:{account}",
    )


def without_lease(content: Content, name: str) -> Content:
    """Return contents without a lease: its holder writes nothing more, later ones have higher fences."""
    tenure = content.tenures.get(name)
    if tenure is None:
        return content
    return evolve(
        content,
        tenures={one: held for one, held in content.tenures.items() if one != name},
        fence=max(content.fence, tenure.fence),
    )
