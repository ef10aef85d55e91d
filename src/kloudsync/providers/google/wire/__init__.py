"""Google Calendar's JSON, mirrored: one class per schema, one file per family of resources.

A field that may be absent defaults to `UNSET`. A field that takes `None` is
cleared by it in a patch. What these classes do not name yet is in `extra`.
"""
