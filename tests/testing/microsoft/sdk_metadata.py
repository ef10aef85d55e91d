"""What Graph's metadata says of calendars, read off the classes that Microsoft generates from it.

Run with msgraph-sdk installed, it prints what `metadata.json` holds:
`python tests/testing/microsoft/sdk_metadata.py > tests/testing/microsoft/metadata.json`.
"""

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOTS = (
    "calendar", "calendarGroups", "calendarView", "calendars", "events", "findMeetingTimes",
    "mailboxSettings", "outlook", "reminderView", "translateExchangeIds",
)  # fmt: skip
"""What follows a user in the paths of calendars."""
TYPES = (
    "attachment", "attendee", "attendee_availability", "automatic_replies_setting", "calendar",
    "calendar_group", "calendar_permission", "convert_id_result",
    "date_time_time_zone", "email_address", "event", "free_busy_error", "item_body",
    "locale_info", "location", "location_constraint", "mailbox_settings",
    "meeting_time_suggestion", "meeting_time_suggestions_result", "online_meeting_info",
    "outlook_category", "outlook_geo_coordinates", "patterned_recurrence", "phone",
    "physical_address", "recipient", "recurrence_pattern", "recurrence_range",
    "response_status", "schedule_information", "schedule_item", "subscription",
    "time_constraint", "time_slot", "working_hours",
)  # fmt: skip
BASES = {
    "attachment": ("entity",),
    "attendee": ("attendee_base", "recipient"),
    "calendar": ("entity",),
    "calendar_group": ("entity",),
    "calendar_permission": ("entity",),
    "event": ("outlook_item", "entity"),
    "outlook_category": ("entity",),
    "subscription": ("entity",),
}
ENUMS = (
    "attendee_type", "automatic_replies_status", "body_type", "calendar_color",
    "calendar_role_type", "category_color", "day_of_week",
    "delegate_meeting_message_delivery_options", "event_type", "exchange_id_format",
    "external_audience_scope", "free_busy_status", "importance",
    "location_type", "location_unique_id_type", "online_meeting_provider_type", "phone_type",
    "recurrence_pattern_type", "recurrence_range_type", "response_type", "sensitivity",
    "user_purpose", "week_index", "activity_domain",
)  # fmt: skip
_MEMBER = re.compile(r'^\s+"([^"]+)": lambda n', re.MULTILINE)
_WORD = re.compile(r'^    \w+ = "([^"]+)",', re.MULTILINE)
_TEMPLATE = re.compile(r'super\(\).__init__\(request_adapter, "([^"]+)"')
_VERB = re.compile(r"^    async def (get|post|patch|put|delete)\(", re.MULTILINE)


def read_metadata(generated: Path) -> dict[str, Any]:
    """Read members, words of enums and methods off the generated classes."""
    models = generated / "models"
    return {
        "types": {_camel(name): _members(models, name) for name in TYPES},
        "enums": {_camel(name): _words(models, name) for name in ENUMS},
        "methods": sorted({*_methods(generated / "users" / "item"), *_subscriptions(generated)}),
    }


def _members(models: Path, name: str) -> list[str]:
    files = (models / f"{each}.py" for each in (name, *BASES.get(name, ())))
    found = {member for file in files for member in _MEMBER.findall(file.read_text())}
    return sorted(member for member in found if member != "@odata.type")


def _words(models: Path, name: str) -> list[str]:
    return _WORD.findall((models / f"{name}.py").read_text())


def _methods(folder: Path) -> Iterator[str]:
    for method in _calls(folder):
        path = method.partition(" /users/{}/")[2]
        if re.split(r"[/(]", path)[0] in ROOTS:
            yield method


def _subscriptions(generated: Path) -> Iterator[str]:
    return _calls(generated / "subscriptions")


def _calls(folder: Path) -> Iterator[str]:
    """Yield verbs and paths, names in braces left out."""
    for file in folder.rglob("*_request_builder.py"):
        text = file.read_text()
        template = _TEMPLATE.search(text)
        if template is None:
            continue
        path = template[1].removeprefix("{+baseurl}").partition("{?")[0].split("?")[0]
        path = re.sub(r"\{[^}]*\}", "{}", path).removesuffix("{}") if "{?" in path else path
        path = re.sub(r"\{[^}]*\}", "{}", path)
        for verb in _VERB.findall(text):
            yield f"{verb.upper()} {path}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


if __name__ == "__main__":
    found = importlib.util.find_spec("msgraph")
    if found is None or found.submodule_search_locations is None:
        sys.exit("msgraph-sdk is not installed")
    read = read_metadata(Path(found.submodule_search_locations[0]) / "generated")
    json.dump(read, sys.stdout, indent=1)
    sys.stdout.write("\n")
