"""Pytest fixtures: the fake services, ready to use in your own tests."""
