"""The access rules of a calendar."""

from collections.abc import Iterator

import attrs

RANKS = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
"""Roles from least to most."""


@attrs.frozen(kw_only=True)
class Rule:
    """One rule.

    Attributes:
        scope: `user`, `group`, `domain`, or `default` for everybody.
        value: The address or the domain; empty for everybody.
        role: One of `RANKS`; `none` once the rule was deleted.
        changed: The stamp of its last change.
    """

    scope: str
    value: str
    role: str
    changed: int

    @property
    def id(self) -> str:
        """The rule's id, as Google writes it."""
        return f"{self.scope}:{self.value}" if self.value else self.scope

    def is_for(self, account: str) -> bool:
        """Tell whether an account is among those whom the rule is for."""
        whole = {"user": account, "group": account, "domain": account.partition("@")[2]}
        return self.scope == "default" or whole.get(self.scope) == self.value


class AccessRules:
    """Who may do what with one calendar; deleted rules are remembered."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def __iter__(self) -> Iterator[Rule]:
        """Yield the rules in the order of change."""
        return iter(sorted(self._rules.values(), key=lambda rule: rule.changed))

    def put(self, rule: Rule) -> Rule:
        """Take a rule in, in place of one for the same grantee."""
        self._rules[rule.id] = rule
        return rule

    def find(self, rule: str) -> Rule | None:
        """Find a rule by its id, unless it was deleted."""
        found = self._rules.get(rule)
        return None if found is None or found.role == "none" else found

    def role_of(self, account: str) -> str:
        """Tell the most that an account may do."""
        roles = [rule.role for rule in self._rules.values() if rule.is_for(account)]
        return max(roles, key=RANKS.index, default="none")
