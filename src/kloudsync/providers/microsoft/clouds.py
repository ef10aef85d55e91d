"""Where Graph and its sign-in live: tokens of one cloud are worth nothing in another.

Source: Microsoft's page on national cloud deployments. Deltas exist in all of them.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Cloud:
    """One deployment of Graph.

    Attributes:
        name: What it is called.
        graph: Where Graph is, without a version.
        authority: Where people and programs sign in.
    """

    name: str
    graph: str
    authority: str

    @property
    def base_url(self) -> str:
        """Where the API's paths begin."""
        return f"{self.graph}/v1.0"


GLOBAL: Final = Cloud(
    name="global",
    graph="https://graph.microsoft.com",
    authority="https://login.microsoftonline.com",
)
US_GOVERNMENT: Final = Cloud(
    name="usgov",
    graph="https://graph.microsoft.us",
    authority="https://login.microsoftonline.us",
)
US_DEFENSE: Final = Cloud(
    name="dod",
    graph="https://dod-graph.microsoft.us",
    authority="https://login.microsoftonline.us",
)
CHINA: Final = Cloud(
    name="china",
    graph="https://microsoftgraph.chinacloudapi.cn",
    authority="https://login.chinacloudapi.cn",
)

CLOUDS: Final = {cloud.name: cloud for cloud in (GLOBAL, US_GOVERNMENT, US_DEFENSE, CHINA)}
"""The clouds by name."""
