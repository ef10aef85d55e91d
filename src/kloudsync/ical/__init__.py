"""iCalendar, out and in: copies as .ics files, and .ics files as records (RFC 5545).

Needs the extra `ical`, which brings the `icalendar` library.

```python
from kloudsync import ical

Path("primary.ics").write_bytes(ical.export(engine.events(), now=datetime.now(UTC)))
```
"""

from kloudsync.ical.reading import IcalReader, read
from kloudsync.ical.writing import export

__all__ = ["IcalReader", "export", "read"]
