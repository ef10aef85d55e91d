"""What users have set, as requests reach it: `settings`."""

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google.call import Call, answer
from kloudsync.testing.google.collections import Member, list_collection
from kloudsync.testing.google.preferences import Choice
from kloudsync.testing.google.refusals import not_found


def list_settings(call: Call) -> Reply:
    """Answer `settings.list`."""
    members = (
        Member(changed=choice.changed, resource=_shown(name, choice))
        for name, choice in call.state.preferences.of(call.account)
    )
    return list_collection(call, "calendar#settings", members)


def get_setting(call: Call) -> Reply:
    """Answer `settings.get`."""
    choice = dict(call.state.preferences.of(call.account)).get(call.names[0])
    if choice is None:
        raise not_found()
    return answer(_shown(call.names[0], choice))


def _shown(name: str, choice: Choice) -> Resource:
    etag = f'"{2 * choice.changed}"'
    return {"kind": "calendar#setting", "etag": etag, "id": name, "value": choice.value}
