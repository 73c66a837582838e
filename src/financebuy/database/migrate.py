"""Brings a database to this program's schema: roles, Alembic revisions, then the code in SQL.

Tables change by revisions, which are frozen. Functions, triggers and policies are code: they are
made anew after each migration, from the files of this version.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from psycopg import sql as composed
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from financebuy.database.identity import hmac_blocks
from financebuy.errors import SchemaError
from financebuy.sql import load, text

CODE = (
    "core/functions.sql", "identity/signature.sql", "identity/functions.sql",
    "audit/functions.sql", "audit/lending.sql", "audit/sealing.sql",
    "accounts/functions.sql", "people/door.sql", "people/staff.sql", "people/api_keys.sql",
    "privacy/keys.sql", "privacy/personal_data.sql", "privacy/functions.sql",
    "privacy/documents.sql",
    "ledger/functions.sql", "orders/functions.sql", "execution/functions.sql",
    "orders/replace_functions.sql",
    "positions/functions.sql", "corporate_actions/functions.sql", "corporate_actions/splits.sql",
    "corporate_actions/dividends.sql", "corporate_actions/endings.sql", "owners/functions.sql",
    "currencies/functions.sql",
    "movements/functions.sql", "fees/functions.sql", "facts/functions.sql",
    "facts/money.sql", "facts/persons.sql", "facts/approvals.sql", "facts/exceptions.sql",
    "platform/functions.sql", "months/views.sql", "months/functions.sql",
    "portfolio/views.sql", "portfolio/functions.sql",
    "reconciliation/functions.sql", "pricing/hypertable.sql",
    "reporting/views.sql", "platform/comments.sql", "platform/triggers.sql",
    "people/triggers.sql", "audit/triggers.sql",
    "platform/policies.sql", "platform/rights.sql", "people/policies.sql", "audit/policies.sql",
    "privacy/access.sql", "privacy/cards.sql", "platform/search_path.sql",
    "platform/plans.sql",
)  # fmt: skip
"""The SQL files that are applied after every migration, in this order."""

PARTITION_MONTHS = 12


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """From which revision to which; `before` is None for an empty database."""

    before: str | None
    after: str


def head() -> str:
    """Return the revision that this program needs."""
    return str(_scripts().get_current_head())


def revision(url: str) -> str | None:
    """Return the revision of the database at `url`; None when it has no FinanceBuy schema."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(load("migrations").version_table).fetchone()
        if not found or found[0] is None:
            return None
        row = connection.execute(load("migrations").revision).fetchone()
        return str(row[0]) if row else None


def migrate(
    admin_url: str,
    *,
    passwords: Mapping[str, str],
    identity_keys: Mapping[int, bytes] | None = None,
    rules: Mapping[str, str] | None = None,
) -> MigrationReport:
    """Create or upgrade the schema in the database of `admin_url`, in one transaction.

    `passwords` maps logins to passwords (only those named are set); `identity_keys` maps numbers
    to the secrets that signed identities are checked with; `rules` maps names of
    `platform_settings` to values (only those named are set).

    Raises:
        SchemaError: the database is newer than this program.
    """
    before = revision(admin_url)
    if before is not None and before not in known_revisions():
        raise SchemaError(
            f"the database is at revision {before}, which this version does not know: it was made"
            " by a newer FinanceBuy. Install that version, or use another database."
        )
    _make_roles(admin_url, passwords)
    engine = create_engine(
        make_url(admin_url).set(drivername="postgresql+psycopg"), poolclass=NullPool
    )
    with engine.begin() as connection:
        _script(connection, load("migrations").leave_out_of_the_log)
        _script(connection, load("migrations").become_owner)
        _upgrade(connection)
        # Before the code: the first values are nobody's change, later ones stand in the audit log.
        for name, value in (rules or {}).items():
            _driver(connection).execute(load("migrations").set_rule, {"name": name, "value": value})
        for path in CODE:
            _script(connection, text(path))
        _script(connection, load("migrations").finish.replace(":months", str(PARTITION_MONTHS)))
        _script(connection, load("migrations").become_keeper_of_secrets)
        for number, secret in (identity_keys or {}).items():
            inner, outer = hmac_blocks(secret)
            _driver(connection).execute(
                load("identity").install_identity_key,
                {"identity_key_id": number, "inner_block": inner, "outer_block": outer},
            )
        if identity_keys:
            # Of a loaded dump, or of a rotation that was cut short: nobody's any more.
            _driver(connection).execute(
                load("identity").end_identity_keys, {"identity_key_ids": list(identity_keys)}
            )
    engine.dispose()
    return MigrationReport(before, head())


def _upgrade(connection: Connection) -> None:
    scripts = _scripts()

    def upgrade(current: str, _context: MigrationContext) -> object:
        # As Alembic's own `upgrade` command does; there is no public name for it.
        return scripts._upgrade_revs(  # noqa: SLF001
            scripts.get_current_head(),  # type: ignore[arg-type]
            current,
        )

    with EnvironmentContext(Config(), scripts, fn=upgrade) as environment:
        environment.configure(connection=connection, version_table_schema="fb_private")
        environment.run_migrations()


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "financebuy:sql/migrations")
    return ScriptDirectory.from_config(config)


def known_revisions() -> set[str]:
    """Return every revision that this program can start from."""
    return {script.revision for script in _scripts().walk_revisions()}


def _make_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        # Roles belong to the server: two databases migrating at once would collide on them.
        connection.execute(load("migrations").leave_out_of_the_log)
        connection.execute(load("migrations").lock_roles)
        connection.execute(text("roles.sql").encode())
        for role, password in passwords.items():
            secret = connection.pgconn.encrypt_password(
                password.encode(), role.encode(), b"scram-sha-256"
            )
            connection.execute(
                composed.SQL(load("migrations").set_password).format(
                    role=composed.Identifier(role), password=secret.decode()
                )
            )
        connection.execute(
            composed.SQL(load("migrations").own_database).format(
                database=composed.Identifier(connection.info.dbname)
            )
        )
        for extension in load("migrations").extensions.split(";"):
            if extension.strip():
                connection.execute(extension.encode())
        connection.execute(load("migrations").close_extensions)
        connection.execute(load("migrations").unlock_roles)


def _driver(connection: Connection) -> "psycopg.Connection[object]":
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("migrations run on psycopg")
    return driver


def _script(connection: Connection, script: str) -> None:
    """Run a script of many statements as it stands: no parameters, so no escaping of %."""
    _driver(connection).execute(script.encode())
