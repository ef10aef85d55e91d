"""The access control list of a calendar."""

from __future__ import annotations

from typing import Final

from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.google.resources.checks import expect_syncable, expect_within
from kloudsync.providers.google.resources.fields import page_mask
from kloudsync.providers.google.resources.request import Parameters, call, order
from kloudsync.providers.google.resources.watching import watching
from kloudsync.providers.google.wire.access import AclPage, AclRule
from kloudsync.providers.google.wire.codec import codec

LARGEST_PAGE = 250


class Acl(Resource[C_co]):
    """Rules that say who may do what with a calendar."""

    @endpoint
    @staticmethod
    def list(
        calendar_id: str,
        *,
        max_results: int | None = None,
        page_token: str | None = None,
        show_deleted: bool | None = None,
        sync_token: str | None = None,
        fields: str | None = None,
    ) -> Operation[AclPage]:
        """List one page of a calendar's access rules.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            max_results: The size of a page: 1 to 250, 100 where None. Pages may be shorter.
            page_token: The page, as the page before named it.
            show_deleted: Whether to list deleted rules, whose role is `none`.
            sync_token: List only what has changed since the token was given, deletions included.
            fields: A mask of the members wanted; the tokens are added to it.

        Raises:
            UsageError: A limit is passed, or parameters contradict.
            CursorRefused: The sync token has expired; list everything anew.
        """
        expect_within("max_results", max_results, LARGEST_PAGE)
        parameters: Parameters = {
            "maxResults": max_results,
            "pageToken": page_token,
            "showDeleted": show_deleted,
            "syncToken": sync_token,
            "fields": page_mask(fields),
        }
        expect_syncable(parameters)
        return call("acl.list", "GET", _rules(calendar_id), AclPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all rules that `list` would list, page by page as they are asked for."""

    watch: Final = endpoint(watching(list.__wrapped__))  # noqa: A003 - the same
    """Open a channel that announces changes of what `list` would list."""

    @endpoint
    @staticmethod
    def get(calendar_id: str, rule_id: str, *, fields: str | None = None) -> Operation[AclRule]:
        """Read an access rule.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            rule_id: The rule, such as `user:someone@example.com`.
            fields: A mask of the members wanted.
        """
        return call("acl.get", "GET", _rule(calendar_id, rule_id), AclRule, {"fields": fields})

    @endpoint
    @staticmethod
    def insert(
        calendar_id: str,
        rule: AclRule | Body,
        *,
        send_notifications: bool | None = None,
        fields: str | None = None,
    ) -> Operation[AclRule]:
        """Grant access. Not repeated by itself, since the grantee could be told twice.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            rule: What to grant to whom; `role` and `scope` are required.
            send_notifications: Whether to tell the grantee; yes where None.
            fields: A mask of the members wanted in the answer.
        """
        rule = as_body(codec, AclRule, rule)
        parameters = {"sendNotifications": send_notifications, "fields": fields}
        return call("acl.insert", "POST", _rules(calendar_id), AclRule, parameters, body=rule)

    @endpoint
    @staticmethod
    def patch(
        calendar_id: str,
        rule_id: str,
        rule: AclRule | Body,
        *,
        if_match: str | None = None,
        send_notifications: bool | None = None,
        fields: str | None = None,
    ) -> Operation[AclRule]:
        """Change what is set in `rule`, and nothing else.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            rule_id: The rule.
            rule: The changes.
            if_match: The etag of the version to change; any where None.
            send_notifications: Whether to tell the grantee, yes where None; nobody is told
                that access was taken away.
            fields: A mask of the members wanted in the answer.

        Raises:
            PreconditionFailed: The rule has changed since `if_match`.
        """
        rule = as_body(codec, AclRule, rule)
        location = _rule(calendar_id, rule_id)
        parameters = {"sendNotifications": send_notifications, "fields": fields}
        return call(
            "acl.patch", "PATCH", location, AclRule, parameters, body=rule, if_match=if_match
        )

    @endpoint
    @staticmethod
    def update(
        calendar_id: str,
        rule_id: str,
        rule: AclRule | Body,
        *,
        if_match: str | None = None,
        send_notifications: bool | None = None,
        fields: str | None = None,
    ) -> Operation[AclRule]:
        """Replace an access rule.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            rule_id: The rule.
            rule: The whole rule; `scope` is required.
            if_match: The etag of the version to replace; any where None.
            send_notifications: Whether to tell the grantee, yes where None; nobody is told
                that access was taken away.
            fields: A mask of the members wanted in the answer.

        Raises:
            PreconditionFailed: The rule has changed since `if_match`.
        """
        rule = as_body(codec, AclRule, rule)
        location = _rule(calendar_id, rule_id)
        parameters = {"sendNotifications": send_notifications, "fields": fields}
        return call(
            "acl.update", "PUT", location, AclRule, parameters, body=rule, if_match=if_match
        )

    @endpoint
    @staticmethod
    def delete(calendar_id: str, rule_id: str, *, if_match: str | None = None) -> Operation[None]:
        """Take access away.

        Args:
            calendar_id: The calendar; `primary` is the user's own.
            rule_id: The rule.
            if_match: The etag of the version to delete; any where None.
        """
        return order("acl.delete", "DELETE", _rule(calendar_id, rule_id), if_match=if_match)


def _rules(calendar_id: str) -> str:
    return path("calendars", calendar_id, "acl")


def _rule(calendar_id: str, rule_id: str) -> str:
    return path("calendars", calendar_id, "acl", rule_id)
