"""iCalendar, out and in: copies as .ics files, files and feeds as calendars to sync (RFC 5545).

Needs the extra `ical`, which brings the `icalendar` library.

```python
from kloudsync import ical

Path("primary.ics").write_bytes(ical.export(engine.events(), now=datetime.now(UTC)))
files = SyncEngine(ical.IcalFiles(path="team.ics", caller=Local()), store)
```
"""

from kloudsync.ical.feed import AsyncIcalFeed, IcalFeed
from kloudsync.ical.reading import IcalReader, read
from kloudsync.ical.source import IcalFiles
from kloudsync.ical.writing import export

__all__ = ["AsyncIcalFeed", "IcalFeed", "IcalFiles", "IcalReader", "export", "read"]
