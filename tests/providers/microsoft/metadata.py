"""What the metadata of Graph v1.0 lists of calendars: members of types, values of enums, calls.

Copied from the service's metadata as a list of names, of August 2026. `uid` and `occurrenceId` are
of beta.
"""

from __future__ import annotations

from typing import Final

MEMBERS: Final = {
    "event": """
        id categories changeKey createdDateTime lastModifiedDateTime start end isAllDay
        originalStart originalStartTimeZone originalEndTimeZone type recurrence seriesMasterId
        cancelledOccurrences exceptionOccurrences instances iCalUId transactionId uid occurrenceId
        organizer isOrganizer attendees responseStatus responseRequested allowNewTimeProposals
        hideAttendees isCancelled isDraft showAs sensitivity importance subject body bodyPreview
        location locations webLink isOnlineMeeting onlineMeeting onlineMeetingProvider
        onlineMeetingUrl isReminderOn reminderMinutesBeforeStart hasAttachments attachments
        extensions singleValueExtendedProperties multiValueExtendedProperties calendar
    """,
    "dateTimeTimeZone": "dateTime timeZone",
    "attendee": "type status emailAddress proposedNewTime",
    "emailAddress": "name address",
    "responseStatus": "response time",
    "itemBody": "contentType content",
    "timeSlot": "start end",
    "recurrencePattern": """
        type interval month dayOfMonth daysOfWeek firstDayOfWeek index
    """,
    "recurrenceRange": "type startDate endDate recurrenceTimeZone numberOfOccurrences",
    "patternedRecurrence": "pattern range",
    "location": """
        displayName locationEmailAddress locationUri locationType uniqueId uniqueIdType address
        coordinates
    """,
    "onlineMeetingInfo": "joinUrl conferenceId tollNumber tollFreeNumbers quickDial phones",
    "calendar": """
        id name color hexColor isDefaultCalendar changeKey canShare canViewPrivateItems canEdit
        allowedOnlineMeetingProviders defaultOnlineMeetingProvider isTallyingResponses isRemovable
        owner
    """,
    "calendarGroup": "id name classId changeKey",
    "calendarPermission": """
        id role allowedRoles emailAddress isInsideOrganization isRemovable
    """,
    "mailboxSettings": """
        archiveFolder automaticRepliesSetting dateFormat timeFormat timeZone language workingHours
        userPurpose delegateMeetingMessageDeliveryOptions
    """,
    "outlookCategory": "id displayName color",
    "scheduleInformation": """
        scheduleId availabilityView scheduleItems workingHours error
    """,
    "scheduleItem": "status start end isPrivate subject location",
    "meetingTimeSuggestion": """
        meetingTimeSlot attendeeAvailability organizerAvailability confidence locations order
        suggestionReason
    """,
    "subscription": """
        id resource changeType notificationUrl lifecycleNotificationUrl expirationDateTime
        clientState applicationId creatorId includeResourceData encryptionCertificate
        encryptionCertificateId latestSupportedTlsVersion notificationQueryOptions
        notificationUrlAppId
    """,
    "changeNotification": """
        id subscriptionId subscriptionExpirationDateTime clientState changeType resource
        resourceData lifecycleEvent tenantId
    """,
}
"""Members by type."""

ENUMS: Final = {
    "eventType": "singleInstance occurrence exception seriesMaster",
    "freeBusyStatus": "unknown free tentative busy oof workingElsewhere",
    "sensitivity": "normal personal private confidential",
    "importance": "low normal high",
    "responseType": "none organizer tentativelyAccepted accepted declined notResponded",
    "attendeeType": "required optional resource",
    "recurrencePatternType": """
        daily weekly absoluteMonthly relativeMonthly absoluteYearly relativeYearly
    """,
    "recurrenceRangeType": "endDate noEnd numbered",
    "weekIndex": "first second third fourth last",
    "dayOfWeek": "sunday monday tuesday wednesday thursday friday saturday",
    "onlineMeetingProviderType": "unknown skypeForBusiness skypeForConsumer teamsForBusiness",
    "locationUniqueIdType": "unknown locationStore directory private bing",
    "calendarRoleType": """
        none freeBusyRead limitedRead read write delegateWithoutPrivateEventAccess
        delegateWithPrivateEventAccess custom
    """,
    "lifecycleEventType": "missed subscriptionRemoved reauthorizationRequired",
    "changeType": "created updated deleted",
    "exchangeIdFormat": "entryId ewsId immutableEntryId restId restImmutableEntryId",
}
"""Values by enum."""
