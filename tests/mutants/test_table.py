"""The named mutants fit the package as it is now."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

import pytest
from tests.mutants.table import Mutant, Rotten, read_tables

MUTANTS = list(read_tables())


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_fits_the_text_that_it_changes(mutant: Mutant) -> None:
    """The text to replace occurs exactly once, and what takes its place is Python, and another."""
    text = mutant.text()
    assert ast.dump(ast.parse(mutant.planted(text))) != meaning(text)


@cache
def meaning(text: str) -> str:
    """Return what a module's text comes to; many mutants have one module."""
    return ast.dump(ast.parse(text))


def test_mutants_have_names_of_their_own_and_reasons() -> None:
    """Each is listed once, with why somebody could write it."""
    assert max(Counter(one.name for one in MUTANTS).values()) == 1
    assert all(one.why for one in MUTANTS)
    assert len(MUTANTS) >= 40


def test_a_rotten_mutant_is_told() -> None:
    """A patch whose text is gone is an error, never a kill."""
    with pytest.raises(Rotten, match="occurs 0 times"):
        MUTANTS[0].planted("")
