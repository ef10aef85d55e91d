"""A fake Salesloft: its upsert rules, its bulk queue, its budget, its tokens, its faults."""

from kloudsync.testing.salesloft.service import FakeSalesloft

__all__ = ["FakeSalesloft"]
