"""The access rules of a calendar over the API: `acl`."""

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google.access import RANKS, AccessRules, Rule
from kloudsync.testing.google.call import EMPTY, Call, answer
from kloudsync.testing.google.channels import rules_of
from kloudsync.testing.google.collections import Member, list_collection
from kloudsync.testing.google.refusals import Refusal, not_found, refuse_invalid

_SCOPES = ("default", "user", "group", "domain")


def list_rules(call: Call) -> Reply:
    """Answer `acl.list`; deleted rules come as those of the role `none`."""
    deleted = call.query.flag("showDeleted")
    members = (
        Member(changed=rule.changed, resource=_shown(rule), shown=deleted or rule.role != "none")
        for rule in _rules(call)
    )
    return list_collection(call, "calendar#acl", members, filters=("showDeleted",))


def get_rule(call: Call) -> Reply:
    """Answer `acl.get`."""
    return answer(_shown(_rule(call)))


def insert_rule(call: Call) -> Reply:
    """Answer `acl.insert`; a rule for the same grantee is replaced."""
    scope: Resource = call.body.get("scope") or {}
    kind, value = scope.get("type"), scope.get("value", "")
    if kind not in _SCOPES or bool(value) is (kind == "default"):
        raise refuse_invalid("Invalid scope value.")
    return _write(call, Rule(scope=kind, value=value, role="", changed=0))


def patch_rule(call: Call) -> Reply:
    """Answer `acl.patch`."""
    rule = _rule(call)
    call.check_version(_etag(rule))
    return _write(call, rule)


def update_rule(call: Call) -> Reply:
    """Answer `acl.update`."""
    rule = _rule(call)
    call.check_version(_etag(rule))
    if not call.body.get("scope"):
        raise Refusal(400, "required", "Missing scope.")
    return _write(call, rule)


def delete_rule(call: Call) -> Reply:
    """Answer `acl.delete`."""
    rule = _rule(call)
    call.check_version(_etag(rule))
    _put(call, rule, "none")
    return EMPTY


def _rules(call: Call) -> AccessRules:
    return call.state.accounts.rules(call.owned().id)


def _rule(call: Call) -> Rule:
    rule = _rules(call).find(call.names[1])
    if rule is None:
        raise not_found()
    return rule


def _write(call: Call, rule: Rule) -> Reply:
    role = call.body.get("role") or rule.role
    if role not in RANKS:
        raise refuse_invalid("Invalid role value." if role else "Missing role.")
    return answer(_shown(_put(call, rule, role)))


def _put(call: Call, rule: Rule, role: str) -> Rule:
    calendar, stamp = call.owned(), call.state.stamp()
    if rule.is_for(calendar.owner) and rule.scope == "user" and role != "owner":
        raise Refusal(403, "cannotChangeOwnerAcl", "Cannot change the owner's access.")
    put = Rule(scope=rule.scope, value=rule.value, role=role, changed=stamp)
    call.state.accounts.rules(calendar.id).put(put)
    call.state.accounts.follow(calendar.id, stamp)
    call.state.channels.announce(rules_of(calendar.id))
    # The service drops the calendar's tokens when its access changes.
    calendar.token_epoch += 1
    return put


def _etag(rule: Rule) -> str:
    return f'"{2 * rule.changed}"'


def _shown(rule: Rule) -> Resource:
    value = {"value": rule.value} if rule.value else {}
    return {
        "kind": "calendar#aclRule",
        "etag": _etag(rule),
        "id": rule.id,
        "scope": {"type": rule.scope} | value,
        "role": rule.role,
    }
