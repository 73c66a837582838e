"""Nothing new is wrapped by a retired key, whatever two transactions do at once."""

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.support import world as w
from tests.support.databases import Database
from tests.support.world import Connection, World

BEGIN = "select fb.begin_key_epoch(%s, 'a-request', 'test', 'personal', %s, 'file', null, null)"


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    with World(database) as world:
        yield world


def begin(connection: Connection, world: World, epoch: int) -> None:
    connection.execute(BEGIN.encode(), (world.token(uuid4(), "operations"), epoch))


def test_a_rotation_waits_for_who_is_just_wrapping_by_the_old_key(world: World) -> None:
    writer, rotating = (world.connect(world.database.url("fb_broker")) for _ in range(2))
    user_id = uuid4()
    with writer.transaction():
        (made,) = w.call(writer, "create_user", [w.new_user(world.broker, user_id)])
        assert made.outcome == "accepted"
        turn = threading.Thread(target=begin, args=(rotating, world, 2))
        turn.start()
        wait_until_blocked(world, rotating.info.backend_pid)
    turn.join(30)
    assert not turn.is_alive()
    left = rotating.execute(
        "select user_id from fb.keys_to_rewrap('00000000-0000-0000-0000-000000000000', 10)"
    ).fetchall()
    assert [row["user_id"] for row in left] == [user_id]


def test_who_comes_while_it_rotates_is_refused(world: World) -> None:
    writer, rotating = (world.connect(world.database.url("fb_broker")) for _ in range(2))
    refused: list[psycopg.Error] = []

    def write() -> None:
        try:
            w.call(writer, "create_user", [w.new_user(world.broker, uuid4())])
        except psycopg.Error as error:
            refused.append(error)

    with rotating.transaction():
        begin(rotating, world, 2)
        late = threading.Thread(target=write)
        late.start()
        wait_until_blocked(world, writer.info.backend_pid)
    late.join(30)
    (error,) = refused
    assert error.diag.constraint_name == "personal_data_keys_active_epoch"
    assert world.value("select count(*) from personal_data_keys") == 0


def test_an_epoch_begins_once(world: World) -> None:
    first, second = (world.connect(world.database.url("fb_broker")) for _ in range(2))
    begin(first, world, 2)
    for epoch in (1, 2, 4):
        with pytest.raises(psycopg.Error, match="not the next one"):
            begin(second, world, epoch)
    active = world.rows("select epoch from key_epochs where state = 'active'")
    assert [row["epoch"] for row in active] == [2]


def test_customers_and_strangers_do_not_rotate(world: World) -> None:
    user = world.user()
    broker = world.as_role("fb_broker")
    for token in (user.token, "nonsense", None, world.expired(user.user_id)):
        with pytest.raises(psycopg.Error) as caught:
            broker.execute(BEGIN.encode(), (token, 2))
        assert caught.value.sqlstate in {"28000", "42501"}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        begin(world.as_role("app_user"), world, 2)


READS = {
    "personal_data": "select * from fb.personal_data(%(broker)s, %(user)s, 'a-request', 'test')",
    "payment_number":
        "select * from fb.payment_number(%(broker)s, %(method)s, 'a-request', 'test')",
    "document_content":
        "select * from fb.document_content(%(broker)s, %(document)s, 'a-request', 'test')",
    "take_first_generation":
        "select * from fb.take_first_generation('00000000-0000-0000-0000-000000000000', 10)",
}  # fmt: skip


@pytest.mark.parametrize("function", READS)
def test_personal_data_leaves_the_primary_alone_and_never_unrecorded(
    world: World, function: str
) -> None:
    """A standby, like a read-only transaction, takes no line for the log: it shows nothing."""
    values = belongings(world)
    # Customers open their own documents.
    reader = world.as_role("app_user" if function == "document_content" else "fb_broker")
    read = READS[function].encode()
    reader.execute("set default_transaction_read_only = on")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        reader.execute(read, values)
    reader.execute("set default_transaction_read_only = off")
    lines = "select count(*) from audit_log where action = 'read'"
    assert world.value(lines) == 0
    assert len(reader.execute(read, values).fetchall()) == 1
    assert world.value(lines) == 1


def test_each_function_that_lets_personal_data_out_is_tried(world: World) -> None:
    """Those that write a line of reading, and those that answer with a ciphertext."""
    found = world.rows(
        "select distinct p.proname from pg_proc p"
        " left join unnest(p.proargnames, p.proargmodes) as a (name, mode) on a.mode in ('o', 't')"
        " where p.pronamespace = 'fb'::regnamespace"
        " and (p.prosrc like '%%audit(''read''%%' or a.name like '%%\\_ciphertext')"
    )
    # The secret of one-time codes is no personal data, and is not shown: it is compared with.
    assert {row["proname"] for row in found} - {"totp"} == set(READS)


def belongings(world: World) -> dict[str, object]:
    """One user who has one of everything, bound in the first way."""
    user = world.user()
    method = w.payment_method(user)
    world.accepted("add_payment_method", method)
    document = uuid4()
    world.admin.execute(
        "insert into kyc_documents (document_id, user_id, kind, media_type, byte_count,"
        " content_ciphertext, generation, command_id, created_at) values (%s, %s,"
        " 'passport', 'image/png', 1, 'x', 1, gen_random_uuid(), now())",
        (document, user.user_id),
    )
    world.admin.execute("update personal_data_keys set generation = 0")
    return {
        "broker": world.broker, "user": user.user_id, "document": document,
        "method": method["payment_method_id"],
    }  # fmt: skip


def wait_until_blocked(world: World, pid: int) -> None:
    deadline = time.monotonic() + 30
    while not world.value("select cardinality(pg_blocking_pids(%s))", pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)
