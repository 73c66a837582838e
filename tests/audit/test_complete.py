"""Every change of what the audit is about, every read of personal data: recorded, or excused.

What there is comes from the catalogue, so what is added tomorrow is asked too.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.audit import completeness as c
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.world import World


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    """A database to look at, and to change in a transaction that is taken back."""
    with clone(template) as database, World(database) as world:
        yield world


def test_every_table_is_recorded_sealed_or_excused(world: World) -> None:
    assert list(c.unrecorded_tables(world)) == []
    assert list(c.without_reason()) == []


def test_every_function_of_a_login_leaves_a_trace(world: World) -> None:
    assert list(c.unrecorded_functions(world)) == []
    known = c.functions(world)
    assert set(c.EXCUSES["functions"]) <= set(known), "an excuse for what is not there"


def test_every_reading_of_personal_data_is_recorded(world: World) -> None:
    assert list(c.unrecorded_readers(world)) == []
    assert set(c.EXCUSES["readers"]) <= set(c.functions(world))
    assert c.readers(world) == [
        "fb.document_content", "fb.payment_number", "fb.personal_data", "fb.take_first_generation",
    ]  # fmt: skip


NEW = "create function fb.forgotten(p uuid) returns {answer} language sql volatile security definer"
MUTANTS = {
    "a new table": "create table public.forgotten (id uuid)",
    "no trigger": "drop trigger audit_account_owners on account_owners",
    "a trigger that is off": "alter table staff_roles disable trigger audit_staff_roles",
    "a trigger that misses deletes": """
        create or replace trigger audit_credentials after insert or update on credentials
        for each row execute function fb_private.audit('user_id', 'changed_at')""",
    "history that may be changed": "drop trigger refuse_change on kyc_events",
    "the keys of identities": "drop trigger audit_identity_keys on fb_private.identity_keys",
    "a silent writer": f"""
        {NEW.format(answer="void")} as 'delete from public.sign_in_locks where subject is null';
        grant execute on function fb.forgotten(uuid) to app_user""",
    "a silent writer that calls another": f"""
        create function fb_private.hidden() returns void language sql
        as 'delete from public.sign_in_locks where subject is null';
        {NEW.format(answer="void")} as 'select fb_private.hidden()';
        grant execute on function fb.forgotten(uuid) to fb_worker""",
    "a silent reader": f"""
        {NEW.format(answer="bytea")}
        as 'select u.email_ciphertext from public.users as u where u.user_id = p';
        grant execute on function fb.forgotten(uuid) to fb_broker""",
    "a reader that is silent now": """
        do $$ begin
            execute replace(
                pg_get_functiondef('fb.personal_data(text, uuid, text, text)'::regprocedure),
                'perform fb_private.audit(', 'perform fb_private.act_as('
            );
        end $$""",
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_what_is_forgotten_is_noticed(mutant: str, world: World) -> None:
    with world.admin.transaction(force_rollback=True):
        assert c.problems(world) == []
        world.admin.execute(MUTANTS[mutant].encode())
        assert c.problems(world) != []


def test_whatever_happens_leaves_a_trace(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The functions that a whole population calls, each time that one was accepted."""
    called: dict[str, int] = {}
    original = w.call
    with World(database) as world:

        def counted(connection: Any, function: str, rows: Any) -> Any:
            before = world.value(c.QUERIES["traces"])
            verdicts = original(connection, function, rows)
            if any(each.outcome == "accepted" and not each.replayed for each in verdicts):
                grown = world.value(c.QUERIES["traces"]) - before
                called[function] = min(grown, called.get(function, grown))
            return verdicts

        monkeypatch.setattr(w, "call", counted)
        populate(world)
    silent = {f"fb.{name}" for name, grown in called.items() if grown == 0}
    assert silent <= set(c.EXCUSES["functions"])
    assert len(called) > 25


def test_a_read_is_recorded_though_nobody_is_there(world: World) -> None:
    user = uuid4()
    world.as_role("fb_broker").execute(
        "select * from fb.personal_data(%s, %s, 'a-request', 'test')", (world.broker, user)
    )
    (line,) = world.rows("select * from audit_log where subject_id = %s", user)
    assert (line["action"], line["table_name"], line["request_id"]) == (
        "read", "users", "a-request",
    )  # fmt: skip
