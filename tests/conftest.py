"""What all tests have in common."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.caches import forget

# A busy machine is no fact about kloudsync.
settings.register_profile("kloudsync", deadline=None)
settings.load_profile("kloudsync")
# What noticed a mutant once notices it again.
settings.register_profile(
    "mutation", deadline=None, derandomize=True, database=None, max_examples=50
)


def pytest_sessionstart() -> None:
    """Forget what an earlier session in this process cached: it would answer for a mutant."""
    forget("kloudsync")


class Watch(logging.Handler):
    """Looks in every record of the library, of the whole run, for what tests have planted.

    Attributes:
        leaks: The messages that hold some of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.leaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record."""
        message = record.getMessage()
        if "planted" in message:
            self.leaks.append(message)


@pytest.fixture(scope="session", autouse=True)
def quiet_log() -> Iterator[None]:
    """See that no test's planted secret is logged, at the level that the test chose."""
    watch, logger = Watch(), logging.getLogger("kloudsync")
    logger.addHandler(watch)
    yield
    logger.removeHandler(watch)
    assert watch.leaks == []
