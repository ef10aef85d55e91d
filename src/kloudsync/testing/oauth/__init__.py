"""A fake authorisation server: consent, tokens, renewal and revocation, for your tests."""

from kloudsync.testing.oauth.clients import RegisteredClient
from kloudsync.testing.oauth.service import FakeAuthorisationServer

__all__ = ["FakeAuthorisationServer", "RegisteredClient"]
