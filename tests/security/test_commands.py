"""Inside commands the check of who asks is the wall: everybody tries all of them.

Then the checks are taken out, one at a time, on a real server: each loss must be seen.
"""

from collections.abc import Callable, Iterator

import pytest

from financebuy.sql import text
from tests.security.command_callers import callers
from tests.security.command_rows import cast
from tests.security.command_rules import RULES
from tests.security.commands import CommandMatrix
from tests.security.ownership_mutants import OWNERSHIP, statement
from tests.support.databases import Database, clone
from tests.support.world import World

# One world for all of it: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("commands")

Make = Callable[[], CommandMatrix]


@pytest.fixture(scope="module")
def make(template: Database) -> Iterator[Make]:
    """Makes a matrix on a world in which the victim has one of everything."""
    with clone(template) as database, World(database) as world:
        # A copied database has rights of its own; the migration sets them.
        world.admin.execute(text("roles.sql").encode())
        world.open_market()
        scene = cast(world)
        everybody = callers(world, scene.victim, [scene.account, scene.other])
        yield lambda: CommandMatrix(world, scene, everybody)


def test_every_function_has_a_rule(make: Make) -> None:
    """A new function is refused here until somebody has said whose it is."""
    assert make().unclassified() == []


def test_a_function_that_nobody_classified_is_seen(make: Make) -> None:
    matrix = make()
    with matrix.world.admin.transaction(force_rollback=True):
        matrix.world.admin.execute(
            "create function fb.take_all(p_identity text) returns void language sql as 'select'"
        )
        assert matrix.unclassified() == ["take_all"]


def test_everybody_may_command_what_was_declared_and_nothing_else(
    make: Make, tell: Callable[[str], None]
) -> None:
    matrix = make()
    problems = matrix.run()
    assert problems == [], "\n".join(problems[:40])
    tell(f"{matrix.cells} cells: {len(RULES)} commands, {len(matrix.callers)} identities")


STAFF = sorted(
    case for case, rule in RULES.items() if rule.kind == "staff" or "broker" in rule.scopes
)


@pytest.mark.parametrize("case", STAFF)
def test_what_an_operator_does_is_recorded_in_their_name(case: str, make: Make) -> None:
    """In the same transaction: it stands or falls with what was done."""
    matrix = make()
    scope = RULES[case].scopes[0]
    (operator,) = [each for each in matrix.callers if each.name == scope]
    assert matrix.lines_of(case, operator) > 0


def test_every_lost_check_is_seen(make: Make, tell: Callable[[str], None]) -> None:
    survivors = []
    for name, (*_, cases) in OWNERSHIP.items():
        matrix = make()
        for case in cases:
            with matrix.world.admin.transaction(force_rollback=True):
                matrix.world.admin.execute(statement(name).encode())
                if not matrix.run([case], stop=True):
                    survivors.append(f"{name}: {case}")
            matrix.problems.clear()
    assert survivors == []
    tell(f"{len(OWNERSHIP)} of {len(OWNERSHIP)} lost checks were seen")
