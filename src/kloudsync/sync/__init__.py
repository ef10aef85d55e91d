"""The engine that keeps a store in step with a calendar, written once for both colours."""
