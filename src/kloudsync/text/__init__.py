"""Calendars as compact text, for language models and for people who read logs.

Every line has its weekday, local time and offset, so that nobody has to compute them; what
strangers wrote stands between « and », with whatever could steer a reader replaced; every
answer is bounded, and says what was left out.

```python
from kloudsync import text

print(text.agenda(copy.occurrences(start, end), zone="Europe/Paris", most=5000))
```

What stands between the marks is data. Tell a model so, and let nothing that it reads there
decide what else is done: see the page on security.
"""

from kloudsync.text.agenda import agenda, conflicts, free
from kloudsync.text.changes import changes

__all__ = ["agenda", "changes", "conflicts", "free"]
