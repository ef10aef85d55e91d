"""What this folder offers."""

from kloudsync.runtime.provider import Named, Provider

_HERE = "kloudsync.providers.kloudless.opening"

PROVIDER: Provider = Provider(
    name="kloudless",
    title="Kloudless",
    account="me",
    client=Named(f"{_HERE}:client"),
    async_client=Named(f"{_HERE}:async_client"),
    calendar=Named(f"{_HERE}:calendar"),
    reader=Named("kloudsync.providers.kloudless.reader:KloudlessReader"),
    calendars=Named(f"{_HERE}:calendars"),
    web_sign_in=Named(f"{_HERE}:WEB_SIGN_IN"),
    fake=Named("kloudsync.testing.kloudless.serving:fake"),
)
