"""Who did what, from where, stands beside what was done, in its own transaction."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.population import populate
from tests.support.world import COMMON, MONDAY, Row, World


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


def lines(world: World, table: str) -> list[dict[str, Any]]:
    return world.rows(
        "select action, actor, actor_kind, key_id, request_id, origin, record_id, old_values,"
        " new_values from audit_log where table_name = %s order by recorded_at", table,
    )  # fmt: skip


WHO = "actor, key_id, request_id, origin"
JOBS = {"job:apply_corporate_action", "job:expire_orders"}


def test_history_carries_who_by_which_key_and_from_where(world: World) -> None:
    """Every row: a person's with their key, a bank's, venue's or custodian's, or a job's."""
    populate(world)
    for table, senders in (
        ("transactions", {"bank", "venue", "custodian"}), ("order_events", {"venue"}),
    ):  # fmt: skip
        rows = world.rows(f"select distinct {WHO} from {table}")
        kinds = {row["actor"].partition(":")[0] for row in rows}
        assert kinds == {"user", "job"} | senders, table
        for row in rows:
            kind = row["actor"].partition(":")[0]
            if kind == "job":
                assert (row["actor"] in JOBS, row["origin"]) == (True, "worker"), row
                continue
            key = "TESTKEY" if kind == "user" else None
            assert (row["key_id"], row["request_id"], row["origin"]) == (
                key, "a-request", "test",
            ), (table, row)  # fmt: skip


def facts_that_are_brought(world: World) -> dict[str, Row]:
    """One row of each fact that a person may bring and that moves something."""
    there = populate(world)
    asked = [there.transfers[name] for name in ("asked", "asked too")]
    account, stock = there.accounts[0], there.securities[0]
    return {
        "deposit_received": w.deposit(account, 5),
        "withdrawal_settled": w.fact("withdrawal_settled", asked[0], "wire"),
        "withdrawal_returned": w.fact("withdrawal_returned", there.transfers["settled"], "back"),
        "shares_received": w.shares(account, stock, 1),
        "exchange_rate": w.exchange_rate("USD", "EUR", "0.5"),
        "corporate_action": w.split(stock, MONDAY, 3, 1),
    }


def test_a_fact_says_who_brought_it(world: World) -> None:
    rows = facts_that_are_brought(world)
    operator = world.staff()
    for function, row in rows.items():
        said = row | {"identity": operator.token, "request_id": "theirs", "origin": "there"}
        effect = world.accepted(function, said)
        where = {
            "exchange_rate": "audit_log where action = 'insert' and record_id =",
            "corporate_action": "audit_log where action = 'insert' and record_id =",
        }.get(function, "transactions where command_id::text =")
        (found,) = world.rows(f"select {WHO} from {where} %s", str(effect))
        assert tuple(found.values()) == (
            f"user:{operator.user_id}", "TESTKEY", "theirs", "there",
        ), function  # fmt: skip
        # The bank's own word of the same thing is a repeat, whoever brought it first.
        again = world.do(function, row)
        assert (again.outcome, again.replayed, again.command_id) == ("accepted", True, effect)
    kinds = {line["actor"]: line["actor_kind"] for line in lines(world, "exchange_rates")}
    assert kinds[f"user:{operator.user_id}"] == "operator"
    # The bank that a withdrawal left by is the bank, not who said so.
    settled = world.value(
        "select bank from transfers where transfer_id = %s",
        rows["withdrawal_settled"]["transfer_id"],
    )
    assert settled == "bank:fb_bank"
    assert world.check_books() == {}


@pytest.mark.parametrize("identity", ["invalid", "expired"])
def test_nobodys_word_passes_for_the_senders(identity: str, world: World) -> None:
    """Where money is real they take two persons: none of them passes for the bank."""
    rows = facts_that_are_brought(world)
    forged = world.token(uuid4(), "operations")[:-1] + "!"
    token = forged if identity == "invalid" else world.expired(uuid4())
    before = world.value("select count(*) from transactions")
    for function, row in rows.items():
        refused = world.do(function, row | {"identity": token})
        assert (refused.outcome, refused.code) == ("refused", f"identity_{identity}")
    assert world.value("select count(*) from transactions") == before


def test_the_senders_own_word_is_theirs(world: World) -> None:
    rows = facts_that_are_brought(world)
    before = world.value("select max(recorded_at) from audit_log")
    for function, row in rows.items():
        effect = world.accepted(function, row | {"identity": None})
        for found in world.rows(f"select {WHO} from transactions where command_id = %s", effect):
            assert found["actor"].partition(":")[0] in ("bank", "custodian")
            assert found["key_id"] is None
    # What makes no transaction has a line, in the sender's name.
    said = world.rows("select actor, key_id from audit_log where recorded_at > %s", before)
    assert [row["actor"].partition(":")[0] for row in said] == ["provider"] * 2
    assert {row["key_id"] for row in said} == {None}


def test_a_batch_says_who_brought_each_of_its_facts(world: World) -> None:
    account, operator = world.account(world.user()), world.staff()
    tokens = (None, operator.token, None, world.user().token)
    rows = [w.deposit(account, 1, identity=token) for token in tokens]
    effects = [verdict.command_id for verdict in world.call("deposit_received", rows)]
    found = [
        world.value("select actor from transactions where command_id = %s", effect)
        for effect in effects
    ]
    assert found[::2] == ["bank:sandbox"] * 2
    assert found[1] == f"user:{operator.user_id}"
    assert found[3].startswith("user:")
    assert found[3] != found[1]


@pytest.mark.parametrize("brought", ["by an operator", "by the bank"])
def test_a_hold_that_ends_says_who_ended_it(brought: str, world: World) -> None:
    """It books nothing: the audit's line is all there is."""
    user, operator = world.user(), world.staff()
    account = world.account(user, cash=5)
    asked = world.accepted("request_withdrawal", w.withdrawal(user.token, account, 5))
    identity = operator.token if brought == "by an operator" else None
    said = {"identity": identity, "request_id": "theirs", "origin": "there"}
    world.accepted("withdrawal_returned", w.fact("withdrawal_returned", asked, "back", **said))
    told = [x for x in lines(world, "transfers") if x["action"] == "withdrawal_returned"]
    found = [
        [x[name] for name in ("record_id", "actor", "actor_kind", "key_id", "request_id", "origin")]
        for x in told
    ]
    who = (f"user:{operator.user_id}", "operator", "TESTKEY")
    sender = ("bank:fb_bank", "system", None)
    assert found == [[str(asked), *(who if identity else sender), "theirs", "there"]]


def test_a_password_hash_that_is_replaced_has_a_line(world: World) -> None:
    """The login of the door can replace one by any other; no line shows either."""
    user, older, newer = world.user(), "$argon2id$older", "$argon2id$newer"
    world.admin.execute(
        "insert into credentials (user_id, password_hash, changed_at) values (%s, %s, now())",
        (user.user_id, older),
    )
    before = len(lines(world, "credentials"))
    for held, becomes in ((newer, older), (older, newer)):
        world.as_role("fb_auth").execute(
            "select fb.renew_password_hash(%s, %s, %s)", (user.user_id, held, becomes)
        )
    (line,) = lines(world, "credentials")[before:]
    assert (line["action"], line["record_id"]) == ("rehash", str(user.user_id))
    assert (line["actor"], line["old_values"], line["new_values"]) == ("role:fb_auth", None, None)
    assert world.value("select subject_id from audit_log where action = 'rehash'") == user.user_id


def test_what_operators_change_is_recorded(world: World) -> None:
    user = world.user()
    account = world.account(user, cash=1)
    world.set_status(account, "restricted")
    row = {**COMMON, "identity": world.broker, "key": str(uuid4()), "code": "SEK", "scale": 2}
    world.accepted("add_currency", row)
    world.open_market()
    security = world.security("AAPL")
    worker = world.as_role("fb_worker")
    worker.execute("insert into market_control (days_per_minute, updated_at) values (1, now())")
    worker.execute("update market_control set paused = true, updated_at = now()")
    worker.execute("update market_control set steps_taken = steps_taken, updated_at = now()")
    worker.execute("update securities set tradable = false where security_id = %s", (security,))
    (restricted,) = [x for x in lines(world, "accounts") if x["action"] == "update"]
    assert (restricted["old_values"], restricted["new_values"]) == (
        {"status": "active"}, {"status": "restricted"},
    )  # fmt: skip
    (currency,) = lines(world, "assets")
    for line in (restricted, currency):
        assert line["actor"].startswith("user:")
        assert (line["key_id"], line["request_id"], line["origin"]) == (
            "TESTKEY", "a-request", "test",
        )  # fmt: skip
    begun, paused = lines(world, "market_control")
    assert begun["action"] == "insert"
    assert (paused["actor_kind"], paused["new_values"]) == ("job", {"paused": True})
    listed, stopped = lines(world, "securities")
    assert (listed["action"], listed["new_values"]["symbol"]) == ("insert", "AAPL")
    assert stopped["new_values"] == {"tradable": False}
    world.admin.execute("update platform_settings set value = '0.1' where name = 'collar'")
    (setting,) = lines(world, "platform_settings")
    assert (setting["actor"], setting["old_values"]["value"]) == ("role:postgres", "0.05")


def test_a_line_stands_or_falls_with_what_it_tells_of(world: World) -> None:
    before = world.value("select count(*) from audit_log")
    broker = world.as_role("fb_broker")
    with broker.transaction(force_rollback=True):
        w.call(broker, "create_user", [w.new_user(world.broker, uuid4())])
    assert world.value("select count(*) from audit_log") == before


CLAIMED = (
    "select set_config('fb.actor', %(value)s, true)",
    "select set_config('fb.key_id', %(value)s, true)",
    "select set_config('fb.request_id', %(value)s, true)",
    "select set_config('fb.actor', %(value)s, true), set_config('fb.acting', 'forged', true)",
)
CONTROL = b"insert into market_control (days_per_minute, updated_at) values (1, now())"
NOT_SHOWN = psycopg.errors.InvalidAuthorizationSpecification


@pytest.mark.parametrize("claim", CLAIMED)
def test_a_setting_names_nobody_whom_no_signature_has_shown(claim: str, world: World) -> None:
    """The worker writes reference data itself: what it says of who told it to has to be shown."""
    worker = world.as_role("fb_worker")
    value = {"value": f"user:{world.user().user_id}"}
    with worker.transaction(force_rollback=True):
        worker.execute(claim.encode(), value)
        with pytest.raises(NOT_SHOWN, match="has shown"):
            worker.execute(CONTROL)
    assert lines(world, "market_control") == []


def test_a_proof_ends_with_its_transaction_and_is_of_what_it_was_of(world: World) -> None:
    worker, staff = world.as_role("fb_worker"), world.staff().user_id
    name = ("select fb.act_as(%s, 'r', 'o')", (world.token(staff, "operations"),))
    with worker.transaction():
        worker.execute(*name)
        (proof,) = worker.execute("select current_setting('fb.acting') as p").fetchone().values()
        worker.execute(CONTROL)
    assert [line["actor"] for line in lines(world, "market_control")] == [f"user:{staff}"]
    change = b"update market_control set paused = not paused"
    with worker.transaction(force_rollback=True):
        worker.execute(
            "select set_config('fb.actor', %s, true), set_config('fb.request_id', 'r', true),"
            " set_config('fb.origin', 'o', true), set_config('fb.acting', %s, true)",
            (f"user:{staff}", proof),
        )
        with pytest.raises(NOT_SHOWN):
            worker.execute(change)
    with worker.transaction(force_rollback=True):
        worker.execute(*name)
        worker.execute("select set_config('fb.origin', 'elsewhere', true)")
        with pytest.raises(NOT_SHOWN):
            worker.execute(change)


def test_each_line_names_the_login_that_wrote_it(world: World) -> None:
    with world.as_role("fb_worker") as worker:
        worker.execute(CONTROL)
    world.user()
    found = world.rows("select distinct table_name, actor, login from audit_log")
    logins = {row["table_name"]: row["login"] for row in found}
    assert (logins["market_control"], logins["users"]) == ("fb_worker", "fb_broker")


INSERT = "insert into audit_log (log_id, recorded_at, actor, action) select uuid, now(), 'x', 'x'"


@pytest.mark.parametrize(
    "statement",
    [f"{INSERT} from gen_random_uuid() as uuid", "select fb_private.audit('x', 'users', 'x')"],
)
def test_nobody_writes_lines_but_through_the_functions(statement: str, world: World) -> None:
    for role in ("app_user", "fb_broker", "fb_worker", "fb_sealer", "auditor"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            world.as_role(role).execute(statement.encode())
