"""What iCalendar offers by its name: copies of files and feeds can be read like any other."""

from kloudsync.runtime.provider import Named, Provider

PROVIDER: Provider = Provider(
    name="ical",
    title="iCalendar",
    account="files",
    reader=Named("kloudsync.ical.reading:IcalReader"),
)
