"""Every calendar of every account: what is due, in which lane, by whom, and how it stands.

When a topic is due is a row in the store. Workers, of which there may be any number on any
number of machines, take rows with a fenced claim, work at them, and give them back with a note
of how they stand. Nothing but the rows is remembered.
"""
