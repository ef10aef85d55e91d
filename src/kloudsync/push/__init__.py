"""Push: channels are opened, renewed and closed, notifications taken in, due calendars synced.

What is decided is pure (`planner`, `due`), what is done is written once as coroutines
over ports (`tending`, `rounds`), and what has to survive a crash is in the store.
Notifications are hints that may be lost: polling stays as a floor under everything.
"""
