"""The foundation: every table of the ledger, the orders, the market and the platform."""

from alembic import op

from financebuy.sql import names, text

revision = "0001"
down_revision = None

_FOLDER = "migrations/0001_foundation"


def upgrade() -> None:
    """Run the revision's SQL files in their order."""
    driver = op.get_bind().connection.driver_connection
    for name in names(_FOLDER):
        driver.execute(text(f"{_FOLDER}/{name}").encode())  # type: ignore[union-attr]


def downgrade() -> None:
    """There is no way back from having a ledger."""
    raise NotImplementedError("restore a backup instead")
