"""What other programs say of policies: nothing but what we mean, and everything that is planted."""

import psycopg

from tests.support.databases import Database
from tools import second_opinion


def judged(database: Database) -> set[str]:
    found = second_opinion.policies(database.admin_url)
    # Reasons that are about functions are not needed here.
    return {
        line
        for line in second_opinion.verdict(found, second_opinion.reasons())
        if "second_opinion.toml" not in line
    }


def test_a_table_that_is_open_to_all_is_found(database: Database) -> None:
    assert judged(database) == set()
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute("create policy anybody on public.lots for select to app_user using (true)")
        admin.execute("alter table public.orders disable row level security")
    rules = {line.partition(":")[0] for line in judged(database)}
    assert {"SEC038 public.lots.anybody", "SEC008 public.lots.anybody"} <= rules
    assert any(each.endswith("public.orders") for each in rules), rules
