"""Secure: personal data, people and keys, the audit log, roles and rows."""

from alembic import op

from financebuy.sql import names, text

revision = "0003"
down_revision = "0002"

_FOLDER = "migrations/0003_secure"


def upgrade() -> None:
    """Run the revision's SQL files in their order."""
    driver = op.get_bind().connection.driver_connection
    for name in names(_FOLDER):
        driver.execute(text(f"{_FOLDER}/{name}").encode())  # type: ignore[union-attr]


def downgrade() -> None:
    """There is no way back from having a ledger."""
    raise NotImplementedError("restore a backup instead")
