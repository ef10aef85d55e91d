"""Keep a copy of your users' calendars that is always right, and react to every change."""
