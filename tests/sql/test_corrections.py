"""The rows of the corrections to the plan, each a regression test with the row's number."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from financebuy.bench.world import RIVALS_SQL
from financebuy.cluster.secret_files import LOGIN_ROLES
from financebuy.crypto.blind_index import BlindIndex
from financebuy.crypto.keyring import Keyring
from financebuy.crypto.vault import Vault
from financebuy.sql import load, text
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.population import Population, populate
from tests.support.world import Connection, Row, User, World

# One world for all of them: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("corrections")
SQL_FOLDER = files("financebuy.sql")
LIKE_PGLEDGER = Path(__file__).parents[1] / "bench" / "like_pgledger.sql"
FEATURES = sorted(
    folder.name
    for folder in SQL_FOLDER.iterdir()
    if folder.is_dir() and folder.joinpath("queries.sql").is_file()
)
PLACEHOLDER = re.compile(r"%(?:\((?P<name>\w+)\))?s|(?<!:):(?P<bare>[a-z]\w+)")
HISTORY = (
    "transactions", "entries", "order_events", "executions", "lot_closures", "reversals",
    "audit_log", "seals",
)  # fmt: skip
MONTHLY = ("transactions", "entries", "order_events", "outbox", "audit_log")
OF_AN_OWNER = (
    "accounts", "account_owners", "transactions", "entries", "orders", "order_events",
    "executions", "holdings", "lots", "lot_closures", "settlements", "transfers", "outbox",
    "closing_balances", "entitlements",
)  # fmt: skip
TABLES = """
    select c.relname as name from pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition order by c.relname"""
PARTITIONS = """
    select c.relname as name from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = ('public.' || %s)::regclass and c.relkind = 'r' order by c.relname"""


@pytest.fixture(scope="module")
def populated(template: Database) -> Iterator[tuple[World, Population]]:
    with clone(template) as database, World(database) as world:
        yield world, populate(world)


@pytest.fixture
def world(populated: tuple[World, Population]) -> World:
    return populated[0]


@pytest.fixture
def there(populated: tuple[World, Population]) -> Population:
    return populated[1]


def names(world: World, query: str, *values: object) -> list[str]:
    return [str(row["name"]) for row in world.rows(query, *values)]


def refused(connection: Connection, statement: str, *values: object) -> psycopg.Error:
    """Run a statement that must fail."""
    with pytest.raises(psycopg.Error) as failure, connection.transaction(force_rollback=True):
        connection.execute(statement.encode(), values or None)
    return failure.value


def seen_by(world: World, user: User | None, table: str) -> int:
    """How many rows of a table a customer sees; None: somebody without an identity."""
    app = world.as_role("app_user")
    with app.transaction():
        if user:
            app.execute("select set_config('fb.identity', %s, true)", (user.token,))
        row = app.execute(f"select count(*) as n from public.{table}".encode()).fetchone()
    assert row
    return int(row["n"])


def test_row_01_changes_of_every_audited_table_are_logged(world: World, there: Population) -> None:
    audited = world.rows(
        "select t.tgrelid::regclass::text as name, t.tgargs from pg_trigger as t"
        " where t.tgname like 'audit%' and t.tgparentid = 0"
    )
    keys = {row["name"]: bytes(row["tgargs"]).split(b"\0")[0].decode() for row in audited}
    assert keys.items() >= {
        "users": "user_id", "accounts": "account_id", "account_owners": "account_id",
        "api_keys": "key_id", "credentials": "user_id",
    }.items()  # fmt: skip
    logged = set(names(world, "select distinct table_name as name from audit_log"))
    assert {"users", "accounts", "account_owners", "fee_schedules"} <= logged
    (row,) = world.rows(
        "select record_id, subject_id, old_values, new_values, actor from audit_log"
        " where table_name = 'users' and action = 'update' and record_id = %s",
        str(there.ann.user_id),
    )
    assert row["subject_id"] == there.ann.user_id
    assert (row["old_values"], row["new_values"]) == (
        {"kyc_status": "pending"}, {"kyc_status": "approved"},
    )  # fmt: skip
    assert row["actor"].startswith("user:")


def test_row_02_who_changes_a_row_needs_no_right_on_the_log(world: World) -> None:
    before = world.value("select count(*) from audit_log")
    user = world.user()  # by fb_broker
    assert world.value("select count(*) from audit_log") > before
    assert refused(world.as_role("fb_broker"), "select * from audit_log").sqlstate == "42501"
    assert refused(
        world.as_role("fb_broker"), "update users set kyc_status = 'approved' where user_id = %s",
        user.user_id,
    ).sqlstate == "42501"  # fmt: skip


def test_row_03_no_secret_arrives_in_the_log(world: World) -> None:
    user, secret = world.user(), b"\xca\xfe" * 16
    row = {
        **w.COMMON, "identity": world.broker, "key": "row 3", "key_id": "R" * 20,
        "user_id": user.user_id, "account_id": None, "secret_hash": secret, "scopes": "read",
        "expires_at": None, "name": None, "allowed_addresses": None,
    }  # fmt: skip
    world.accepted("create_api_key", row)
    email = b"\xfe\xed" * 16
    world.accepted("create_user", w.new_user(world.broker, uuid4(), email))
    world.admin.execute(
        "insert into credentials values (%s, '$argon2id$a-secret', now())", (user.user_id,)
    )
    told = "\n".join(map(str, world.rows("select * from audit_log")))
    for hidden in (secret.hex(), email.hex(), "argon2id", "ciphertext", "secret_hash", "YWJj"):
        assert hidden not in told
    assert "R" * 20 in told


def test_row_03_analytics_reads_no_person_and_no_account(world: World) -> None:
    readable = names(
        world,
        "select c.relname as name from pg_class as c where c.relkind in ('r', 'p', 'v', 'm')"
        " and c.relnamespace = 'public'::regnamespace and c.relowner = 'fb_owner'::regrole"
        " and has_any_column_privilege('analytics_user', c.oid, 'select')",
    )
    assert "security_prices" in readable
    assert not set(readable) & {*OF_AN_OWNER, *HISTORY, "users", "credentials", "api_keys"}
    for table in ("users", "credentials", "audit_log", "accounts"):
        failure = refused(world.as_role("analytics_user"), f"select * from {table}")
        assert failure.sqlstate == "42501"


def test_row_04_a_stranger_sees_nothing_and_moves_nothing(world: World, there: Population) -> None:
    stranger = world.user()
    for table in OF_AN_OWNER:
        assert seen_by(world, stranger, table) == 0, table
    # The comparison means something: the owner sees rows in every table that has any.
    for table in set(OF_AN_OWNER) - {"closing_balances"}:
        assert seen_by(world, there.ann, table) > 0, table
    account, security = there.accounts[0], there.securities[0]
    verdict = world.do("place_order", w.order(stranger.token, account, security))
    assert verdict.code == "account_not_found"
    for table in ("credentials", "api_keys", "personal_data_keys", "idempotency_keys"):
        assert refused(world.as_role("app_user"), f"select * from {table}").sqlstate == "42501"


def test_row_04_each_owner_sees_just_their_own(world: World, there: Population) -> None:
    for user, numbers in ((there.ann, (0, 1, 3, 4)), (there.bob, (0, 2, 3, 5))):
        accounts = {there.accounts[number] for number in numbers}
        app = world.as_role("app_user")
        with app.transaction():
            app.execute("select set_config('fb.identity', %s, true)", (user.token,))
            for table in OF_AN_OWNER:
                found = app.execute(f"select distinct account_id from {table}".encode()).fetchall()
                assert {row["account_id"] for row in found} <= accounts, table


def test_row_04_a_narrow_identity_sees_one_account(world: World, there: Population) -> None:
    narrow = world.token(there.ann.user_id, "read", account=there.accounts[1])
    app = world.as_role("app_user")
    with app.transaction():
        app.execute("select set_config('fb.identity', %s, true)", (narrow,))
        seen = app.execute("select account_id from accounts").fetchall()
    assert [row["account_id"] for row in seen] == [there.accounts[1]]


def test_row_04_a_forged_identity_sees_nothing(world: World, there: Population) -> None:
    forged = User(there.ann.user_id, there.ann.token[:-4] + "0000")
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
        seen_by(world, forged, "accounts")
    expired = User(there.ann.user_id, world.expired(there.ann.user_id))
    with pytest.raises(psycopg.errors.InvalidAuthorizationSpecification):
        seen_by(world, expired, "accounts")


def test_row_05_no_application_role_writes_money_or_history(
    world: World, there: Population
) -> None:
    ledger = (*OF_AN_OWNER, *HISTORY, "users", "exceptions", "idempotency_keys", "credentials")
    granted = world.rows(
        "select r.rolname, t.name, p.name as right from pg_roles as r"
        " cross join unnest(%s::text[]) as t (name)"
        " cross join unnest(array['insert', 'update', 'delete', 'truncate']) as p (name)"
        " where r.rolname = any (%s)"
        " and has_table_privilege(r.rolname, 'public.' || t.name, p.name)",
        list(ledger), [*LOGIN_ROLES],
    )  # fmt: skip
    assert granted == []
    for role in LOGIN_ROLES:
        if role in ("fb_replication", "fb_backup", "fb_migrator"):
            continue
        failure = refused(
            world.as_role(role), "update public.accounts set balance = 1e15 where account_id = %s",
            there.accounts[0],
        )  # fmt: skip
        assert failure.sqlstate == "42501", role


def test_row_06_an_unset_or_empty_identity_is_no_error(world: World) -> None:
    fresh = world.connect(world.database.url("app_user"))
    for _ in range(2):  # the second time the setting is '' instead of unset
        with fresh.transaction():
            assert fresh.execute("select count(*) as n from orders").fetchone() == {"n": 0}
        with fresh.transaction():
            fresh.execute("select set_config('fb.identity', '', true)")
            assert fresh.execute("select count(*) as n from orders").fetchone() == {"n": 0}
            assert fresh.execute("select fb.current_user_id() as id").fetchone() == {"id": None}


def test_row_07_an_identity_ends_with_its_transaction(world: World, there: Population) -> None:
    pooled = world.connect(world.database.url("app_user"))
    with pooled.transaction():
        pooled.execute(w.load("identity").assume, (there.ann.token,))
        first = pooled.execute("select count(*) as n from accounts").fetchone()
    assert first == {"n": 4}
    assert pooled.execute("select count(*) as n from accounts").fetchone() == {"n": 0}


def test_row_08_neither_nan_nor_infinity_can_be_stored(world: World, there: Population) -> None:
    bare = world.rows(
        "select c.relname, a.attname from pg_attribute as a"
        " join pg_class as c on c.oid = a.attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " and a.atttypid = 'numeric'::regtype and a.attnum > 0 and not a.attisdropped"
    )
    assert bare == []
    for number in ("NaN", "Infinity", "-Infinity"):
        failure = refused(
            world.admin, "update accounts set balance = %s where account_id = %s",
            Decimal(number), there.accounts[0],
        )  # fmt: skip
        assert failure.sqlstate == "23514"
        verdict = world.do("deposit_received", w.deposit(there.accounts[0], number))
        assert verdict.code == "invalid_value"


def test_row_09_excess_scale_is_refused_not_rounded(world: World, there: Population) -> None:
    order = w.order(there.ann.token, there.accounts[0], there.securities[0])
    verdict = world.do("place_order", {**order, "limit_price": Decimal("0.01255")})
    assert (verdict.code, verdict.field) == ("excess_scale", "limit_price")
    fine = {**order, "key": "row 9", "limit_price": Decimal("0.0125")}
    placed = world.accepted("place_order", fine)
    kept = world.value("select limit_price from orders where order_id = %s", placed)
    assert kept == Decimal("0.0125")


def test_row_09_three_shares_for_ten_cost_ten(world: World) -> None:
    user, stock = world.user(), world.security("THIRDS")
    account = world.account(user, 50)
    row = w.order(user.token, account, stock, quantity=Decimal(3), limit_price=Decimal("3.3334"))
    order = world.accepted("place_order", row)
    for n in range(3):
        world.accepted(
            "execution", w.execution(order, 1, "3.333333333", venue_execution_id=f"3 {n}")
        )
    (holding,) = world.rows("select * from holdings where account_id = %s", account)
    assert holding["total_cost"] - world.value(
        "select fees from orders where order_id = %s", order
    ) == Decimal("10.00")


def test_row_10_partitions_stand_for_today_and_a_year_ahead(world: World) -> None:
    now = datetime.now(UTC)
    months = [divmod(now.year * 12 + now.month - 1 + n, 12) for n in range(13)]
    for table in MONTHLY:
        found = names(world, PARTITIONS, table)
        assert set(found) >= {f"{table}_{year}_{month + 1:02}" for year, month in months}
        assert f"{table}_default" in found
        assert world.value(f"select count(*) from {table}_default") == 0
        assert world.value(f"select count(*) from {table}") > 0


def test_row_10_each_partition_has_its_storage_options(world: World) -> None:
    bare = names(
        world,
        "select c.relname as name from pg_class as c where c.relispartition and c.relkind = 'r'"
        " and c.relnamespace = 'public'::regnamespace and not coalesce("
        "array_to_string(c.reloptions, ',') like '%autovacuum_vacuum_scale_factor%', false)",
    )
    assert bare == []


def test_row_10_making_partitions_again_makes_none(world: World) -> None:
    assert world.job("select fb.make_partitions(%s)", 12) == 0
    assert world.job("select fb.make_partitions(%s)", 14) == 2 * len(MONTHLY)


def test_row_11_a_reference_counts_once_for_ever(world: World, there: Population) -> None:
    """Whatever the month, and after its key was pruned too."""
    row = w.deposit(there.accounts[2], 11, bank_reference="row 11")
    transfer = world.accepted("deposit_received", row)
    assert world.value(
        "select count(*) from pg_partitioned_table as p"
        " where p.partrelid in ('idempotency_keys'::regclass, 'transfers'::regclass)"
    ) == 0  # fmt: skip
    order = there.orders["bought 0"]
    fill = w.execution(order, "3.5", "99.5", venue_execution_id="buy 0 a")
    for _ in range(3):
        assert world.job("select fb.prune_keys('0 seconds', 100000)") >= 0
        for _ in range(2):
            again = world.do("deposit_received", row)
            assert (again.outcome, again.replayed, again.command_id) == (
                "accepted", True, transfer,
            )  # fmt: skip
            filled = world.do("execution", fill)
            assert (filled.outcome, filled.replayed) == ("accepted", True)
            assert filled.result
            assert Decimal(filled.result["quantity"]) == Decimal("3.5")
            for function, other in (
                ("deposit_received", {**row, "amount": Decimal(12)}),
                ("execution", {**fill, "price": Decimal(98)}),
            ):
                assert world.do(function, other).outcome == "conflict"
    assert world.value("select count(*) from transfers where bank_reference = 'row 11'") == 1
    assert world.check_books() == {}


def test_row_11_pruned_facts_are_found_by_any_batch(world: World, there: Population) -> None:
    row = w.deposit(there.accounts[2], 11, bank_reference="row 11 in a batch")
    transfer = world.accepted("deposit_received", row)
    world.job("select fb.prune_keys('0 seconds', 100000)")
    verdicts = world.call("deposit_received", [{**row, "amount": Decimal(9)}, row, row])
    assert [(v.outcome, v.replayed) for v in verdicts] == [
        ("conflict", False), ("accepted", True), ("accepted", True),
    ]  # fmt: skip
    assert [v.command_id for v in verdicts[1:]] == [transfer, transfer]
    assert world.do("deposit_received", row).command_id == transfer


def test_row_12_the_log_holds_nobody_back(world: World) -> None:
    keys = world.value(
        "select count(*) from pg_constraint where contype = 'f' and conrelid in ("
        "select inhrelid from pg_inherits where inhparent = 'audit_log'::regclass"
        " union select 'audit_log'::regclass)"
    )
    assert keys == 0
    user_id = uuid4()
    world.accepted("create_user", w.new_user(world.broker, user_id))
    world.admin.execute("delete from personal_data_keys where user_id = %s", (user_id,))
    world.admin.execute("delete from users where user_id = %s", (user_id,))
    assert world.value("select count(*) from audit_log where subject_id = %s", user_id) == 2


def test_row_13_the_migrator_makes_tables_that_nobody_else_may_read(world: World) -> None:
    migrator = world.as_role("fb_migrator")
    assert refused(migrator, "create table public.not_yet (id int)").sqlstate == "42501"
    with migrator.transaction(force_rollback=True):
        migrator.execute("set local role fb_owner")
        migrator.execute("create table public.row_13 (id int)")
        migrator.execute("create function fb.row_13() returns int language sql return 1")
        rights = migrator.execute(
            "select r.rolname from pg_roles as r where r.rolname = any (%s) and ("
            "has_table_privilege(r.rolname, 'public.row_13', 'select')"
            " or has_function_privilege(r.rolname, 'fb.row_13()', 'execute'))",
            ([r for r in LOGIN_ROLES if r not in ("fb_migrator", "fb_backup")],),
        ).fetchall()
    assert rights == []


def test_row_14_views_obey_row_security(world: World) -> None:
    open_views = names(
        world,
        "select c.relname as name from pg_class as c where c.relkind = 'v'"
        " and c.relnamespace in ('public'::regnamespace, 'fb'::regnamespace)"
        " and c.relowner = 'fb_owner'::regrole"
        " and not coalesce('security_invoker=true' = any (c.reloptions), false)",
    )
    assert open_views == []
    readable = names(
        world,
        "select c.relname as name from pg_class as c where c.relkind = 'm'"
        " and has_table_privilege('app_user', c.oid, 'select')",
    )
    assert readable == []


@pytest.mark.parametrize("feature", FEATURES)
def test_row_15_every_query_is_one_that_the_database_understands(
    feature: str, world: World
) -> None:
    queries = load(feature)
    assert queries.names()
    with world.admin.transaction(force_rollback=True):
        if feature == "bench":
            make_what_rivals_use(world)
        # An import works on tables of its transaction, which come first by their names.
        for name in queries.names():
            query = getattr(queries, name)
            if "create temporary table" in query:
                world.admin.execute(query.encode(), {"exchange": "XNYS", "replace": False})
        for name in queries.names():
            for statement in statements(getattr(queries, name)):
                prepared = PLACEHOLDER.sub(Numbers(), statement)
                world.admin.execute(f"prepare checked as {prepared}".encode())
                world.admin.execute("deallocate checked")


def make_what_rivals_use(world: World) -> None:
    """What a bench makes on its own server; functions like pgledger's stand for its file."""
    for name in RIVALS_SQL:
        world.admin.execute(text(f"bench/{name}.sql").encode())
    world.admin.execute(LIKE_PGLEDGER.read_bytes())
    world.admin.execute(load("bench").ledger_accounts_table.encode())


class Numbers:
    """psycopg's placeholders as the server's: the same name, the same number."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def __call__(self, found: re.Match[str]) -> str:
        name = found["name"] or found["bare"] or f"unnamed {len(self._seen)}"
        return f"${self._seen.setdefault(name, len(self._seen) + 1)}"


def statements(query: str) -> list[str]:
    """What can be prepared: not what names a role or database, nor settings, nor DDL."""
    bare = re.sub(r"^--.*$", "", query, flags=re.MULTILINE).strip().rstrip(";")
    parts = [part.strip() for part in bare.split(";")]
    return [
        p
        for p in parts
        if re.match(r"\(?\s*(select|insert|update|delete|with)\b", p) and "{" not in p
    ]


def test_row_16_no_index_twice_and_one_for_each_security_id(world: World) -> None:
    twice = names(
        world,
        "select min(i.indexrelid::regclass::text) as name from pg_index as i"
        " join pg_class as c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace"
        " group by i.indrelid, i.indkey::text, i.indclass::text, pg_get_expr(i.indpred, i.indrelid)"
        " having count(*) > 1",
    )
    assert twice == []
    bare = names(
        world,
        "select k.conrelid::regclass::text || ' ' || a.attname as name from pg_constraint as k"
        " join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]"
        " where k.contype = 'f' and a.attname = 'security_id' and k.conparentid = 0"
        " and not exists (select 1 from pg_index as i"
        " where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1])"
        " order by 1",
    )
    # A lot is always found by its account, and so is a closure.
    assert bare == ["lots security_id"]


@pytest.mark.parametrize(
    "statement",
    [
        (
            "insert into transactions select gen_random_uuid(), recorded_at, effective_at,"
            " account_id, 'wihtdrawal', amount, currency, null, null, event_id, null, null,"
            " null, null, command_id, actor from transactions"
        ),
        "update transfers set state = 'setled'",
        "update orders set side = 'hold'",
        "update orders set status = 'open'",
        "update accounts set status = 'actve' where house_code is null",
        "update orders set quantity = -1 where quantity is not null",
        "update orders set quantity = null, notional = null",
        "update orders set quantity = 1, notional = 1",
        "update accounts set held = -1",
        "update orders set account_id = null",
        "insert into transactions select * from transactions",
        "insert into holdings select * from holdings",
        (
            "insert into executions select gen_random_uuid(), order_id, account_id, security_id,"
            " venue, venue_execution_id, side, quantity, reported_quantity, price, amount, fee,"
            " late, effective_at, recorded_at, command_id from executions"
        ),
    ],
)
def test_row_17_nonsense_is_refused_by_constraints(statement: str, world: World) -> None:
    """Even from the superuser."""
    assert isinstance(refused(world.admin, statement), psycopg.errors.IntegrityError)


def test_row_17_one_currency_an_account(world: World, there: Population) -> None:
    verdict = world.do("deposit_received", w.deposit(there.accounts[0], 5, currency="XXX"))
    assert (verdict.code, verdict.field) == ("invalid_value", "currency")
    # Money of another currency is there all the same: not on the account, but where a person looks.
    foreign = world.accepted("deposit_received", w.deposit(there.accounts[0], 5, currency="JPY"))
    booked = world.rows(
        "select a.house_code, a.currency, e.kind from transfers as t"
        " join accounts as a using (account_id) join exceptions as e on e.command_id = t.command_id"
        " where t.transfer_id = %s", foreign,
    )  # fmt: skip
    assert booked == [{"house_code": "suspense", "currency": "JPY", "kind": "unexpected_state"}]


def test_row_18_a_symbol_may_be_long_and_be_listed_twice(world: World) -> None:
    option = "AAPL  120616C00500000"
    world.security(option, 5, security_type="option")
    world.security(option, 5, security_type="option", exchange="XCBO")
    with pytest.raises(psycopg.errors.UniqueViolation):
        world.security(option, 5, exchange="XCBO")


def test_row_19_an_address_is_one_user_however_it_is_written(world: World) -> None:
    vault = Vault(Keyring({1: b"k" * 32}), BlindIndex(b"i" * 32))
    first, second = (vault.email_index(address) for address in ("a@x.com", " A@X.com "))
    assert first == second
    assert first != vault.email_index("b@x.com")
    world.accepted("create_user", w.new_user(world.broker, uuid4(), first))
    verdict = world.do("create_user", w.new_user(world.broker, uuid4(), second))
    assert (verdict.code, verdict.field) == ("duplicate_email", "email")


def test_row_20_times_have_zones_and_changes_have_times(world: World, there: Population) -> None:
    naive = world.rows(
        "select c.relname, a.attname from pg_attribute as a"
        " join pg_class as c on c.oid = a.attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " and a.atttypid = 'timestamp'::regtype"
    )
    assert naive == []
    read = "select updated_at from accounts where account_id = %s"
    before = world.value(read, there.accounts[2])
    world.accepted("deposit_received", w.deposit(there.accounts[2], 1))
    assert world.value(read, there.accounts[2]) > before


@pytest.mark.parametrize("table", HISTORY)
def test_row_21_history_stays(table: str, world: World) -> None:
    """Not even the superuser changes it without taking the guards away first; nor a partition."""
    filled = {"reversals": False, "seals": False}.get(table, True)
    for name in [table, *names(world, PARTITIONS, table)]:
        failure = refused(world.admin, f"truncate {name} cascade")
        assert "is history" in str(failure), name
        if filled and world.value(f"select count(*) from {name}"):
            for change in (f"delete from {name}", f"update {name} set recorded_at = now()"):
                assert "is history" in str(refused(world.admin, change)), change
    for role in LOGIN_ROLES:
        if role != "fb_replication":
            assert not world.value(
                "select has_table_privilege(%s, 'public.' || %s, 'truncate')", role, table
            )


def test_row_22_ids_follow_time(world: World) -> None:
    ids = []
    for _ in range(20):
        ids.append(world.value("select fb_private.uuid7()"))
        world.admin.execute("select pg_sleep(0.002)")
    assert ids == sorted(ids)
    assert {id_.version for id_ in ids} == {7}
    assert len(set(world.rows("select fb_private.uuid7() as id from generate_series(1, 1000)")[0]))
    made = [row["order_id"] for row in world.rows("select order_id from orders order by placed_at")]
    assert {UUID(str(id_)).version for id_ in made} == {7}


def test_row_23_a_tick_rewrites_one_row(world: World, there: Population) -> None:
    columns = names(
        world, "select column_name as name from information_schema.columns"
        " where table_schema = 'public' and table_name in ('holdings', 'lots')",
    )  # fmt: skip
    assert not {name for name in columns if "price" in name or "market_value" in name}
    before = row_versions(world)
    world.quote(there.securities[0], Decimal(1), Decimal(2), Decimal("1.5"))
    after = row_versions(world)
    assert {key for key in after if after[key] != before.get(key)} == {
        ("security_prices", str(there.securities[0]))
    }


def row_versions(world: World) -> dict[tuple[str, str], str]:
    """Which transaction wrote each row of the tables that a price might touch."""
    found: dict[tuple[str, str], str] = {}
    for table, key in (
        ("security_prices", "security_id"), ("holdings", "(account_id, security_id)"),
        ("lots", "lot_id"), ("accounts", "account_id"), ("orders", "order_id"),
    ):  # fmt: skip
        query = sql.SQL("select {key}::text as key, xmin::text from {table}").format(
            key=sql.SQL(key), table=sql.Identifier(table)
        )
        rows: list[Row] = world.admin.execute(query).fetchall()
        found |= {(table, row["key"]): row["xmin"] for row in rows}
    return found
