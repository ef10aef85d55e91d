"""How a fake refuses a request: an exception where the cause is found, an answer to its client."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from kloudsync.testing.exchange import Reply


class ServiceRefusal(Exception, ABC):
    """An error that a service answers a request with; each vendor words its own.

    Args:
        status: The HTTP status.
        message: What the exception says; what the client reads is up to `reply`.
        headers: Headers of the answer beside those of every answer.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = dict(headers or {})

    @abstractmethod
    def reply(self) -> Reply:
        """Write the answer."""
