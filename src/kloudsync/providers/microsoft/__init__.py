"""Microsoft Graph: the calendars of Outlook and Microsoft 365 (API v1.0)."""
