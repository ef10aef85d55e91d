"""Fake services, faults, clocks and contract suites for your own tests."""
