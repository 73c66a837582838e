"""The revision that the programs ask for is the one that migrations lead to."""

from financebuy.database.migrate import head
from financebuy.database.revisions import HEAD


def test_the_head_is_the_last_revision() -> None:
    assert head() == HEAD
