"""Mirror a Google calendar to Salesloft: a record per occurrence, one upsert for an edited one.

Runs against fakes that it starts itself. For real accounts, set KLOUDSYNC_GOOGLE_TOKEN and
KLOUDSYNC_SALESLOFT_TOKEN, and write `Google()` and `Salesloft()` where fakes are named.
"""

from datetime import timedelta

from kloudsync import Google, Mirror, Salesloft, SyncEngine
from kloudsync.calls import SystemClock
from kloudsync.salesloft import by_domains
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle, FakeSalesloft

CLOCK = SystemClock()
fake, fake_sales = FakeGoogle(clock=CLOCK), FakeSalesloft(clock=CLOCK)
now, weekly = CLOCK.now().replace(microsecond=0), ["RRULE:FREQ=WEEKLY;COUNT=10"]
guests = ["owner@example.com", "prospect@example.org"]
demo = fake.calendar().create("Demo", now, recurrence=weekly, attendees=guests)

with (
    fake.serve() as url,
    fake_sales.serve() as sales_url,
    Google("any-token", base_url=url) as google,
    Salesloft("any-key", base_url=sales_url) as salesloft,
):
    store = MemoryStore()
    engine = SyncEngine(google.calendar("primary"), store)
    user, policy = salesloft.me.get().guid, by_domains({"example.com"})
    mirror = Mirror(engine, salesloft.calendar(str(user), policy=policy), store)
    engine.sync()
    print(f"first push: {mirror.push().created} created")
    fake.calendar().edit_this(demo, now, start=now + timedelta(hours=1))
    engine.sync()
    print(f"one occurrence moved: {mirror.push().updated} updated")
