"""Google Calendar's methods, described: one file per vendor resource."""
