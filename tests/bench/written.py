"""What a piece of work writes, so that two pieces can be compared: every table, every column."""

import json
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg

TABLES = """
select c.relname from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname
"""
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.+]+")
XID = re.compile(r'"xid": \d+')

Written = list[tuple[str, dict[str, Any]]]


def written(connection: psycopg.Connection[Any], work: Callable[[], object]) -> Written:
    """The rows that are new or changed after `work`, which goes on in `connection`'s transaction.

    Ids that were made are named by the place where they come first, and moments are masked, since
    both differ each time; everything else is as it stands.
    """
    before = _everything(connection)
    work()
    after = _everything(connection)
    known = set(UUID.findall(" ".join(text for _, text in before)))
    new = sorted((after - before).elements(), key=lambda row: (row[0], _masked(row[1])))
    names: dict[str, str] = {}
    for _, text in new:
        for found in UUID.findall(text):
            if found not in known:
                names.setdefault(found, f"id {len(names)}")
    return [
        (table, json.loads(_plain(UUID.sub(lambda m: names.get(m[0], m[0]), text)),
                           parse_float=Decimal, parse_int=Decimal))
        for table, text in new
    ]  # fmt: skip


def _everything(connection: psycopg.Connection[Any]) -> Counter[tuple[str, str]]:
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    return Counter(
        (name, text)
        for name in tables
        for (text,) in connection.execute(
            f'select to_jsonb(t)::text from public."{name}" as t'.encode()
        )
    )


def _plain(text: str) -> str:
    return XID.sub('"xid": 0', MOMENT.sub("then", text))


def _masked(text: str) -> str:
    return _plain(UUID.sub("id", text))
