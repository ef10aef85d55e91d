"""What this folder offers."""

from kloudsync.runtime.provider import Named, Provider

_HERE = "kloudsync.providers.google"

PROVIDER: Provider = Provider(
    name="google",
    title="Google Calendar",
    client=Named(f"{_HERE}.opening:client"),
    async_client=Named(f"{_HERE}.opening:async_client"),
    calendar=Named(f"{_HERE}.opening:calendar"),
    reader=Named("kloudsync.providers.google.reader:GoogleReader"),
    calendars=Named(f"{_HERE}.opening:calendars"),
    push=Named(f"{_HERE}.opening:push"),
    unwrap=Named(f"{_HERE}.push:unwrap"),
    edits=Named(f"{_HERE}.opening:edits"),
    sign_in=Named(f"{_HERE}.opening:SIGN_IN"),
    fake=Named("kloudsync.testing.google.serving:fake"),
)
