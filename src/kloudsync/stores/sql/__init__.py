"""What SQL stores share: the tables, and one module of statements for each role.

Events are kept as *versions*. A version is born in a pass and dies in another;
one that was born in a pass not yet committed is invisible, because its
calendar has not counted that pass yet. A commit therefore moves no event: it
counts the pass, marks what was superseded, and writes a feed of references.
Superseded versions stay while the feed refers to them.

Statements are written once, with `?` for each bound value and nothing else
that varies at run time; `session` says what a database must offer to run them.
`INDEXED BY` and `NOT INDEXED` (by number alone: staged versions have the highest)
hold SQLite's planner, which knows nothing of the sizes here, to the plan that is
meant; other databases drop these words.
"""
