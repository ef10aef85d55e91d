"""What this folder offers."""

from kloudsync.runtime.provider import Named, Provider

_HERE = "kloudsync.providers.salesloft.opening"

PROVIDER: Provider = Provider(
    name="salesloft",
    title="Salesloft",
    client=Named(f"{_HERE}:client"),
    async_client=Named(f"{_HERE}:async_client"),
    web_sign_in=Named(f"{_HERE}:WEB_SIGN_IN"),
    sink=Named(f"{_HERE}:sink"),
    fake=Named("kloudsync.testing.salesloft.serving:fake"),
)
