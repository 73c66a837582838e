"""Nobody does what was not declared: every relation, role, operation and identity, and functions.

Then the schema is broken on purpose, many ways: each must be seen by the matrix or by a lint.
"""

from collections.abc import Callable

import pytest

from financebuy.sql import names, text
from tests.security import expectations
from tests.security.identities import Asker
from tests.security.matrix import Extent, Matrix
from tests.security.mutants import MUTANTS
from tests.support.world import World

# One world for all of it: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("access")

Populated = tuple[World, list[Asker]]


def lints(world: World) -> list[str]:
    """What the checks of access find."""
    found = []
    for name in names("access"):
        rows = world.admin.execute(text(f"access/{name}").encode()).fetchall()
        found += [f"{name}: {row}" for row in rows]
    return found


def test_everybody_may_do_what_was_declared_and_nothing_else(
    populated: Populated, tell: Callable[[str], None]
) -> None:
    world, askers = populated
    matrix = Matrix(world, expectations.read(), askers)
    problems = matrix.run()
    assert problems == [], "\n".join(problems[:40])
    tell(f"{matrix.cells} cells")


@pytest.mark.soak
def test_every_combination(populated: Populated, tell: Callable[[str], None]) -> None:
    world, askers = populated
    matrix = Matrix(world, expectations.read(), askers, Extent.WHOLE)
    problems = matrix.run()
    assert problems == [], "\n".join(problems[:40])
    tell(f"{matrix.cells} cells")


def test_the_lints_are_silent(populated: Populated) -> None:
    assert lints(populated[0]) == []


def test_every_mutant_dies_and_the_control_lives(
    populated: Populated, tell: Callable[[str], None]
) -> None:
    """A mutant that no lint sees is put to the matrix."""
    world, askers = populated
    declared = expectations.read()
    by_lint, by_matrix, survivors = [], [], []
    for name, statement in {"control": "select 1", **MUTANTS}.items():
        with world.admin.transaction(force_rollback=True):
            world.admin.execute(statement.encode())
            if lints(world):
                by_lint.append(name)
            elif Matrix(world, declared, askers, Extent.SHORT).run():
                by_matrix.append(name)
            else:
                survivors.append(name)
    assert survivors == ["control"]
    assert len(by_lint) + len(by_matrix) == len(MUTANTS)
    tell(
        f"{len(by_lint) + len(by_matrix)} of {len(MUTANTS)} mutants died ({len(by_lint)} by a lint,"
        f" {len(by_matrix)} by the matrix alone), and the control lived"
    )
