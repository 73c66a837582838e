"""One database in which each command was carried out; what counts and what fails has clones."""

from collections.abc import Iterator

import pytest

from tests.budget.budgets import Budgets
from tests.budget.measuring import measure
from tests.budget.stage import Prepared, prepared
from tests.support.databases import Database, clone


@pytest.fixture(scope="session")
def stage(template: Database) -> Iterator[Prepared]:
    """Made once, on one worker."""
    with prepared(template) as there:
        yield there


@pytest.fixture(scope="session")
def measured(stage: Prepared) -> Budgets:
    """What every command costs."""
    with clone(stage.database) as database:
        return measure(database, stage.cases)


@pytest.fixture
def another(stage: Prepared) -> Iterator[Database]:
    """A clone to be spoiled."""
    with clone(stage.database) as database:
        yield database
