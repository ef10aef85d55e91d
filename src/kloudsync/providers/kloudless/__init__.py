"""Kloudless: unified calendars, their activity and its webhooks.

The public cloud is said to be gone since 2023; self-hosted appliances and stored
activity may remain, so the base URL is a setting and reading is tolerant. What the
documents do not say and was inferred is named as inferred where it is decided, and
can be set otherwise.
"""
