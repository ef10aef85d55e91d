import json
from importlib.resources import files
from typing import Any

import pytest

from kloudsync.providers.google.scopes import INCLUDES, SYNC, Scope


def test_the_scopes_are_those_of_the_discovery_document() -> None:
    """None is missing, none is made up."""
    documents = files("googleapiclient.discovery_cache").joinpath("documents")
    content: dict[str, Any] = json.loads(documents.joinpath("calendar.v3.json").read_text())
    assert set(Scope) == set(content["auth"]["oauth2"]["scopes"])


@pytest.mark.parametrize("wide", sorted(INCLUDES))
def test_what_a_scope_includes_includes_nothing_further(wide: str) -> None:
    """The table is closed: whatever an included scope includes is listed too."""
    for narrow in INCLUDES[wide]:
        assert INCLUDES.get(narrow, frozenset()) <= INCLUDES[wide]


def test_reading_scopes_include_no_writing() -> None:
    """No grant to read is ever taken for one to write."""
    readable = {scope for scope in Scope if "readonly" in scope or "freebusy" in scope}
    for wide in readable:
        assert INCLUDES.get(wide, frozenset()) <= readable
    assert readable >= SYNC
