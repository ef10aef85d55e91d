"""When calendars are busy."""

from __future__ import annotations

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.providers.google.resources.checks import expect_aware, expect_order, expect_within
from kloudsync.providers.google.resources.request import call
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.freebusy import FreeBusyRequest, FreeBusyResponse

MOST_CALENDARS, MOST_MEMBERS = 50, 100


class Freebusy(Resource[C_co]):
    """Busy times, merged, of calendars and groups."""

    @endpoint
    @staticmethod
    def query(
        question: FreeBusyRequest | Body, *, fields: str | None = None
    ) -> Operation[FreeBusyResponse]:
        """Ask when calendars are busy. A calendar that cannot be read has `errors` in the answer.

        Args:
            question: The span, which is required, and at most 50 calendars; groups of at most
                100 members count by member.
            fields: A mask of the members wanted in the answer.

        Raises:
            UsageError: The span is missing or ends before it begins, or a limit is passed.
        """
        question = as_body(codec, FreeBusyRequest, question)
        if not question.time_min or not question.time_max:
            raise UsageError("a question for busy times needs time_min and time_max")
        expect_aware(time_min=question.time_min, time_max=question.time_max)
        expect_order(question.time_min, question.time_max)
        expect_within("calendar_expansion_max", question.calendar_expansion_max, MOST_CALENDARS)
        expect_within("group_expansion_max", question.group_expansion_max, MOST_MEMBERS)
        described = call(
            "freebusy.query",
            "POST",
            "freeBusy",
            FreeBusyResponse,
            {"fields": fields},
            body=question,
        )
        # A question changes nothing, though it is posted.
        return evolve(described, repeatable=True)
