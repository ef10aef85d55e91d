"""A fake of Kloudless in front of the fake of Google."""

from kloudsync.testing.kloudless.service import FakeKloudless

__all__ = ["FakeKloudless"]
