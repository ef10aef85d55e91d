"""A fake of Kloudless in front of the fake of Google."""

from kloudsync.testing.kloudless.service import FakeKloudless
from kloudsync.testing.kloudless.webhooks import Delivery

__all__ = ["Delivery", "FakeKloudless"]
