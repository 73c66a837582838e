"""Every statement of the operators' page runs as the role that the page names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Database, clone
from tests.support.world import World

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operating" / "queries.md"
BLOCK = re.compile(r"```sql role=(\w+)\n(.*?)```", re.DOTALL)
STATEMENTS = BLOCK.findall(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        world.open_market()
        world.account(world.user(), 100)
        # The page's own refresh may have run in another process.
        world.job("select fb.refresh_summaries()")
        yield world


def test_every_block_of_the_page_is_tested() -> None:
    assert len(STATEMENTS) == PAGE.read_text(encoding="utf-8").count("```sql") > 8


@pytest.mark.parametrize(
    ("role", "statement"), STATEMENTS, ids=[s.split("\n")[0][:40] for _, s in STATEMENTS]
)
def test_a_statement_runs(role: str, statement: str, world: World) -> None:
    connection = world.admin if role == "postgres" else world.as_role(role)
    cursor = connection.execute(statement.encode())
    if cursor.description is not None and "portfolio_summary_live" not in statement:
        assert cursor.fetchall(), "it runs, and tells nothing"
