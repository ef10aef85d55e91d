"""Mirror a calendar behind Kloudless to Salesloft, a record for each occurrence.

Runs against fakes that it starts itself. For real accounts, set KLOUDSYNC_KLOUDLESS_TOKEN,
KLOUDSYNC_KLOUDLESS_BASE_URL (of your appliance) and KLOUDSYNC_SALESLOFT_TOKEN, and write
`Kloudless()` and `Salesloft()` where fakes are named.
"""

from kloudsync import Kloudless, Mirror, Salesloft, SyncEngine
from kloudsync.calls import SystemClock
from kloudsync.salesloft import by_domains
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle, FakeKloudless, FakeSalesloft

CLOCK = SystemClock()
upstream, fake_sales = FakeGoogle(clock=CLOCK), FakeSalesloft(clock=CLOCK)
now, weekly = CLOCK.now().replace(microsecond=0), ["RRULE:FREQ=WEEKLY;COUNT=10"]
guests = ["owner@example.com", "prospect@example.org"]
demo = upstream.calendar().create("Demo", now, recurrence=weekly, attendees=guests)

with (
    FakeKloudless(upstream).serve() as url,
    fake_sales.serve() as sales_url,
    Kloudless("any-token", base_url=url) as kloudless,
    Salesloft("any-key", base_url=sales_url) as salesloft,
):
    store = MemoryStore()
    engine = SyncEngine(kloudless.calendar("primary"), store)
    user, policy = salesloft.me.get().guid, by_domains({"example.com"})
    mirror = Mirror(engine, salesloft.calendar(str(user), policy=policy), store)
    engine.sync()
    print(f"first push: {mirror.push().created} created")
    upstream.calendar().cancel_occurrence(demo, now)
    engine.sync()
    print(f"one occurrence cancelled: {mirror.push().cancelled} cancelled")
