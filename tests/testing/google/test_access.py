from kloudsync.testing.google.access import AccessRules, Rule


def test_the_strongest_rule_counts() -> None:
    """Of those for the account itself, its domain and everybody."""
    rules = AccessRules()
    assert rules.role_of("user@example.com") == "none"
    rules.put(Rule(scope="default", value="", role="freeBusyReader", changed=1))
    rules.put(Rule(scope="domain", value="example.com", role="writer", changed=2))
    rules.put(Rule(scope="user", value="user@example.com", role="reader", changed=3))
    assert rules.role_of("user@example.com") == "writer"
    assert rules.role_of("user@example.org") == "freeBusyReader"


def test_deleted_rules_are_remembered_and_not_found() -> None:
    """They remain in the order of change, under the ids that Google gives."""
    rules = AccessRules()
    rules.put(Rule(scope="user", value="user@example.com", role="reader", changed=1))
    rules.put(Rule(scope="default", value="", role="reader", changed=2))
    rules.put(Rule(scope="user", value="user@example.com", role="none", changed=3))
    assert rules.find("user:user@example.com") is None
    assert [rule.id for rule in rules] == ["default", "user:user@example.com"]
