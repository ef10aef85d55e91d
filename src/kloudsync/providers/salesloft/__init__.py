"""Salesloft: its API v2 as far as calendars need it, and a calendar there as the target of a mirror."""
