"""Graph's methods for calendars, grouped as the vendor groups them."""
