"""Lean: what each command writes stays small where tables have grown large."""

from alembic import op

from financebuy.sql import names, text

revision = "0004"
down_revision = "0003"

_FOLDER = "migrations/0004_lean"


def upgrade() -> None:
    """Run the revision's SQL files in their order."""
    driver = op.get_bind().connection.driver_connection
    for name in names(_FOLDER):
        driver.execute(text(f"{_FOLDER}/{name}").encode())  # type: ignore[union-attr]


def downgrade() -> None:
    """There is no way back from having a ledger."""
    raise NotImplementedError("restore a backup instead")
