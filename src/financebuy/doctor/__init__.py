"""The doctor: read-only checks of a platform, each with evidence and the command that fixes it.

A check that could not look is *not evaluated*, which is never a pass.

```
checks.py        what a check and its result are
subject.py       what is examined: a data directory, and a connection where the database answers
from_sql.py      the checks of sql/doctor and sql/access: queries that must return no rows
examination.py   all checks, choosing among them, running them
```

Every other module holds checks in Python (`CHECKS`), by area.
"""
