"""What the audit hands out: proofs of rows, exports, and months that were exported and dropped."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from financebuy.database.pools import Connection
from financebuy.domain import merkle
from financebuy.domain.audit import TABLES, RowKey, split_keys
from financebuy.errors import InvalidValueError, NotFoundError
from financebuy.services.audit.errors import NotSealedError
from financebuy.services.audit.exporting import Export, Exported, Selection
from financebuy.services.audit.findings import Report
from financebuy.services.audit.offline import verify_file
from financebuy.services.audit.proofs import Proof, problems_of, prove, read_proof
from financebuy.services.audit.recovering import recover
from financebuy.services.audit.retaining import Retired, retire
from financebuy.services.audit.rows import snapshot
from financebuy.services.audit.searching import Filter, search, status
from tests.support.audit import Audited, audited
from tests.support.databases import Database, clone
from tests.support.population import populate
from tests.support.world import World

COUNTED = {"entries": "leg", "order_events": "event_seq"}
IDS = {
    "transactions": "transaction_id", "entries": "transaction_id", "executions": "execution_id",
    "order_events": "order_id", "audit_log": "log_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def audit(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """A history in several seals, of two epochs."""
    with clone(template) as database:
        found = audited(database, tmp_path_factory.mktemp("audit"))
        with World(database) as world:
            populate(world)
            found.seal()
            world.account(world.user(), cash=5)
            found.run(
                "fb_sealer",
                lambda c: recover(c, found.signer, [found.outside], by="cli ann", reason="a drill"),
            )
            world.account(world.user(), cash=5)
            found.seal()
            world.account(world.user(), cash=5)
            found.seal()
        yield found


def keys_of(audit: Audited, table: str) -> list[RowKey]:
    number = COUNTED.get(table, "0")
    with World(audit.database) as world:
        rows = world.rows(f"select {IDS[table]} as id, {number} as n from {table} order by 1, 2")
    return [RowKey(table, row["id"], row["n"]) for row in rows]


def proof_of(audit: Audited, key: RowKey) -> Proof:
    return audit.run("auditor", lambda c: prove(c, key))


@pytest.mark.parametrize("table", TABLES.values())
def test_the_proof_of_a_row_holds_by_itself(table: str, audit: Audited) -> None:
    keys = keys_of(audit, table)
    for key in {keys[0], keys[len(keys) // 2], keys[-1]}:
        proof = read_proof(msgspec.json.encode(proof_of(audit, key)))
        assert problems_of(proof, str(audit.signer.verifier)) == []
        assert json.loads(proof.payload)[IDS[table]] == str(key.row_id)


def test_a_proof_that_was_changed_proves_nothing(audit: Audited) -> None:
    key = keys_of(audit, "entries")[0]
    proof = proof_of(audit, key)
    fields: dict[str, Any] = msgspec.to_builtins(proof)
    other = proof_of(audit, keys_of(audit, "transactions")[-1])
    changes: dict[str, Any] = {
        "table": "transactions", "row_id": str(uuid4()), "number": 2,
        "payload": proof.payload.replace('"amount" : ', '"amount" : 9'),
        "nonce": other.nonce, "leaf_index": proof.leaf_index + 1, "path": proof.path[:-1],
        "seal_record": other.seal_record, "log_path": [*proof.log_path, proof.path[0]],
        "head": other.head, "verifier_key": "x+00000000+AA==", "epoch_record": proof.head[5:],
    }  # fmt: skip
    assert changes.keys() == fields.keys()
    for name, value in changes.items():
        assert value != fields[name]
        changed = msgspec.convert(fields | {name: value}, Proof)
        assert problems_of(changed), name
    assert problems_of(proof, "another+key")


def test_what_has_no_proof(audit: Audited) -> None:
    with pytest.raises(NotFoundError):
        proof_of(audit, RowKey("entries", uuid4(), 1))
    with pytest.raises(InvalidValueError, match="table"):
        proof_of(audit, RowKey("accounts", uuid4(), 0))
    with pytest.raises(InvalidValueError):
        read_proof(b"{}")
    with clone(audit.database) as copy:
        later = audited(copy, audit.outside.path)  # type: ignore[attr-defined]
        with World(copy) as world:
            account = world.account(world.user(), cash=1)
            (row,) = world.rows(
                "select transaction_id from transactions where account_id = %s", account
            )
        with pytest.raises(NotSealedError):
            proof_of(later, RowKey("transactions", row["transaction_id"], 0))


def exported(audit: Audited, file: Path, selection: Selection | None = None) -> Exported:
    async def work(connection: Connection) -> Exported:
        async with snapshot(connection):
            return await Export(connection, file, selection or Selection()).run()

    return audit.run("auditor", work)


def test_an_export_is_verified_without_a_database(audit: Audited, tmp_path: Path) -> None:
    file = tmp_path / "all.parquet"
    done = exported(audit, file)
    verified = audit.verify()
    assert (verified.findings, done.rows) == ([], verified.rows)
    assert done.sha256
    report = verify_file(file, trusted_key=str(audit.signer.verifier), store=audit.outside)
    assert report.findings == []
    assert (report.rows, report.seals) == (verified.rows, verified.seals)
    assert report.heads_outside == verified.seals
    assert not verify_file(file, trusted_key="another+key").good


def test_an_export_of_one_table_shows_no_other(audit: Audited, tmp_path: Path) -> None:
    file = tmp_path / "transactions.parquet"
    done = exported(audit, file, Selection(("transactions",)))
    assert done.rows == len(keys_of(audit, "transactions"))
    table = pq.read_table(file)
    shown = set(table.column("table").to_pylist())
    assert shown == {None, "transactions"}
    assert verify_file(file).findings == []


def changed_file(file: Path, change: Callable[[list[dict[str, Any]]], None]) -> Report:
    """Verify a copy of the file whose lines somebody changed."""
    table = pq.read_table(file)
    lines = table.to_pylist()
    change(lines)
    copy = file.with_name("changed.parquet")
    pq.write_table(pa.Table.from_pylist(lines, schema=table.schema), copy)
    return verify_file(copy)


def first(lines: list[dict[str, Any]], kind: str) -> int:
    return next(n for n, line in enumerate(lines) if line["kind"] == kind)


def test_a_changed_export_does_not_verify(audit: Audited, tmp_path: Path) -> None:
    file = tmp_path / "all.parquet"
    exported(audit, file)

    def payload(lines: list[dict[str, Any]]) -> None:
        lines[first(lines, "row")]["payload"] += " "

    def removed(lines: list[dict[str, Any]]) -> None:
        del lines[first(lines, "row")]

    def doubled(lines: list[dict[str, Any]]) -> None:
        lines.insert(first(lines, "row"), dict(lines[first(lines, "row")]))

    def swapped(lines: list[dict[str, Any]]) -> None:
        at = first(lines, "row")
        lines[at], lines[at + 1] = lines[at + 1], lines[at]

    def record(lines: list[dict[str, Any]]) -> None:
        line = lines[first(lines, "seal")]
        line["record"] = line["record"].replace("rows ", "rows 1")

    def headless(lines: list[dict[str, Any]]) -> None:
        del lines[first(lines, "seal")]

    def head(lines: list[dict[str, Any]]) -> None:
        seals = [line for line in lines if line["kind"] == "seal"]
        seals[0]["head"], seals[1]["head"] = seals[1]["head"], seals[0]["head"]

    for change in (payload, removed, doubled, swapped, record, headless, head):
        assert not changed_file(file, change).good, change.__name__
    with pytest.raises(InvalidValueError):
        verify_file(tmp_path / "nothing")


def test_history_that_was_changed_is_not_exported(audit: Audited, tmp_path: Path) -> None:
    with clone(audit.database) as copy:
        with World(copy) as world:
            world.admin.execute("set session_replication_role = replica")
            world.admin.execute("update executions set price = price + 1")
        with pytest.raises(NotSealedError, match="executions"):
            exported(audited(copy, tmp_path), tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


def test_who_did_what_is_found(audit: Audited) -> None:
    lines = audit.run("auditor", lambda c: search(c, Filter(), limit=1000))
    assert len(lines) == sum(
        len(keys_of(audit, table)) for table in ("transactions", "order_events", "audit_log")
    )
    assert [line.recorded_at for line in lines] == sorted(
        (line.recorded_at for line in lines), reverse=True
    )
    seen = []
    while True:
        before = (seen[-1].recorded_at, seen[-1].row_id) if seen else None
        page = audit.run("auditor", lambda c: search(c, Filter(), limit=7, before=before))  # noqa: B023
        if not page:
            break
        seen += page
    assert {(x.in_table, x.row_id) for x in seen} == {(x.in_table, x.row_id) for x in lines}
    changed = Filter(table="users", action="update")
    (line, *_) = audit.run("auditor", lambda c: search(c, changed, limit=5))
    assert (line.actor_kind, line.key_id, line.origin) == ("customer", "TESTKEY", "test")
    assert line.new_values == {"kyc_status": "approved"}
    assert line.seal_seq is not None
    by_request = Filter(request_id="a-request", table="transactions")
    assert audit.run("auditor", lambda c: search(c, by_request, limit=5))
    assert audit.run("auditor", lambda c: search(c, Filter(actor="user:nobody"), limit=5)) == []


def test_how_far_the_sealer_is(audit: Audited) -> None:
    with clone(audit.database) as copy:
        found = audit.run("auditor", status)
        assert (found.epoch, found.unsealed_rows, found.uncopied_heads) == (2, 0, 0)
        with World(copy) as world:
            world.account(world.user(), cash=1)
            (row,) = world.rows("select * from fb.audit_status()")
        assert row["unsealed_rows"] > 0
        assert row["oldest_unsealed"] is not None


# ------------------------------------------------------------------------------- retention


@dataclass
class Old:
    """A history of which everything was recorded in a month that is long over."""

    audit: Audited
    world: World
    month: str

    def detach(self) -> None:
        for table in ("entries", "transactions", "order_events"):
            name = f"{table}_{self.month}"
            self.world.admin.execute(f"alter table {table} detach partition {name}")
            self.world.admin.execute(
                f"set role fb_owner; select fb_private.keep_detached('{name}')"
            )
            self.world.admin.execute("reset role")

    def retire(self, folder: Path) -> list[Retired]:
        return self.audit.run("fb_sealer", lambda c: retire(c, folder, "cli ann", str))


@pytest.fixture
def old(database: Database, tmp_path: Path) -> Iterator[Old]:
    with World(database) as world:
        populate(world)
        begins = world.value("select date_trunc('month', now()) - interval '14 years'")
        month = f"{begins:%Y_%m}"
        tables = ("entries", "transactions", "order_events", "audit_log")
        for table in tables:
            owner = "fb_audit" if table == "audit_log" else "fb_owner"
            world.admin.execute(f"set role {owner}".encode())
            world.admin.execute(
                "select fb_private.make_partition(%s, %s, %s + interval '1 month', %s)",
                (table, begins, begins, month),
            )
        world.admin.execute("reset role")
        world.admin.execute("set session_replication_role = replica")
        for table in tables:
            world.admin.execute(
                f"update {table} set recorded_at = recorded_at - interval '14 years'"
            )
        world.admin.execute("set session_replication_role = origin")
        yield Old(audited(database, tmp_path / "audit"), world, month)


def test_months_are_exported_verified_and_dropped(old: Old, tmp_path: Path) -> None:
    old.audit.seal()
    old.detach()
    before = old.audit.verify()
    assert before.findings == []
    done = old.retire(tmp_path)
    assert [each.table for each in done] == [
        f"{table}_{old.month}" for table in ("entries", "audit_log", "order_events", "transactions")
    ]
    assert all(each.rows for each in done)
    for each in done:
        assert verify_file(each.file, store=old.audit.outside).rows == each.rows
        assert hashlib.sha256(each.file.read_bytes()).hexdigest() == each.sha256
        assert old.world.value("select to_regclass(%s)", each.table) is None
    after = old.audit.verify()
    assert after.findings == []
    assert after.retired == sum(each.rows for each in done)
    assert after.rows + after.retired == before.rows
    assert old.retire(tmp_path) == []
    told = Filter(action="retire")
    lines = old.audit.run("auditor", lambda c: search(c, told, limit=10))
    assert {(line.actor, line.record) for line in lines} == {
        ("cli ann", each.file.name) for each in done
    }


def test_what_is_not_sealed_is_not_dropped(old: Old, tmp_path: Path) -> None:
    old.detach()
    with pytest.raises(NotSealedError, match="not sealed"):
        old.retire(tmp_path)
    assert old.world.value(f"select count(*) from entries_{old.month}") > 0
    assert not list(tmp_path.glob("*.parquet"))


def test_what_is_attached_or_young_is_not_due(old: Old, tmp_path: Path) -> None:
    old.audit.seal()
    assert [each.table for each in old.retire(tmp_path)] == [f"audit_log_{old.month}"]
    old.detach()
    old.world.admin.execute(
        "update platform_settings set value = '20 years' where name = 'audit_retention'"
    )
    assert old.retire(tmp_path) == []
    sealer = old.world.as_role("fb_sealer")
    for problem, table, rows in (
        ("retention", f"order_events_{old.month}", 1), ("not a month", "accounts", 1),
    ):  # fmt: skip
        with pytest.raises(psycopg.Error, match=problem):
            sealer.execute(RETIRE, (table, rows))
    old.world.admin.execute(
        "update platform_settings set value = '7 years' where name = 'audit_retention'"
    )
    for problem, table in (
        ("were exported", f"order_events_{old.month}"), ("come first", f"transactions_{old.month}"),
    ):  # fmt: skip
        with pytest.raises(psycopg.Error, match=problem):
            sealer.execute(RETIRE, (table, 1))


def bits(*set_: int) -> bytes:
    number = sum(1 << at for at in set_)
    return number.to_bytes((number.bit_length() + 7) // 8 or 1, "little")


def test_leaves_that_are_not_the_rows_drop_nothing(old: Old) -> None:
    """The sealer's login says which leaves are of a month's rows; the function looks."""
    old.audit.seal()
    old.detach()
    table = f"order_events_{old.month}"
    count = old.world.value(f"select count(*) from {table}")
    seals = {
        row["seal_seq"]: row
        for row in old.world.rows("select seal_seq, row_count, row_keys, leaves from seals")
    }
    places = [
        ((seq, at), key[0])
        for seq, seal in seals.items()
        for at, key in enumerate(split_keys(bytes(seal["row_keys"])))
    ]
    own, others = ([place for place, number in places if number == n] for n in (4, 2))
    assert len(own) == count <= len(others)
    sealer = old.world.as_role("fb_sealer")

    def retire_with(*named: tuple[int, int], epoch: int = 1) -> None:
        seqs = sorted({seq for seq, _ in named})
        leaves = [bits(*(at for of, at in named if of == seq)) for seq in seqs]
        with sealer.transaction(force_rollback=True):
            sealer.execute(
                "select fb.retire_month(%s, %s, 'x.parquet', sha256('x'), 'cli ann', %s::integer[],"
                " %s::bigint[], %s::bytea[])",
                (table, count, [epoch] * len(seqs), seqs, leaves),
            )  # fmt: skip

    retire_with(*own)
    first = [[1, 1], [own[0][0]] * 2, [bits(own[0][1])] * 2]
    twice = "select fb_private.sealed_in(%s, %s::integer[], %s::bigint[], %s::bytea[])"
    assert old.world.value(twice, table, *first) == 1, "a row counts once"
    beyond = (own[0][0], seals[own[0][0]]["row_count"])
    for named, epoch in (
        (others[:count], 1), ([*own[1:], others[0]], 1), ([*own[1:], beyond], 1), (own, 2),
    ):  # fmt: skip
        with pytest.raises(psycopg.Error, match="not what the named leaves"):
            retire_with(*named, epoch=epoch)
    old.world.admin.execute("set session_replication_role = replica")
    seq, at = own[0]
    key = split_keys(bytes(seals[seq]["row_keys"]))[at]
    row = (UUID(bytes=key[1:17]), int.from_bytes(key[17:]))
    changed = f"update {table} set reason = 'another' where order_id = %s and event_seq = %s"
    assert old.world.admin.execute(changed.encode(), row).rowcount == 1
    with pytest.raises(psycopg.Error, match="not what the named leaves"):
        retire_with(*own)
    leaves = bytearray(seals[seq]["leaves"])
    leaves[at * 32 : at * 32 + 32] = b"x" * 32
    forged = "update seals set leaves = %s where seal_seq = %s"
    old.world.admin.execute(forged, (bytes(leaves), seq))
    with pytest.raises(psycopg.Error, match="do not give its root"):
        retire_with(*own)
    assert old.world.value(f"select count(*) from {table}") == count


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_the_database_makes_the_same_roots(count: int, old: Old) -> None:
    leaves = [bytes([n]) * 32 for n in range(count)]
    found = old.world.value("select fb_private.merkle_root(%s)", b"".join(leaves))
    assert bytes(found) == merkle.root(leaves)


@pytest.mark.parametrize("by", [
    "user:0190b7a0-0000-7000-8000-000000000000", "User:0190b7a0-0000-7000-8000-000000000000",
    "job:x", "anonymous", "role:db_admin", "cli", "cli ", "cli ann\nuser:x", " cli ann", "", None,
])  # fmt: skip
def test_the_sealer_works_in_nobodys_name(by: str | None, old: Old) -> None:
    sealer = old.world.as_role("fb_sealer")
    for statement in (
        "select fb.retire_month('entries_2001_01', 1, 'x', sha256('x'), %s, null, null, null)",
        "select fb.open_epoch(9, gen_random_uuid(), 'x', 'x', 0, now(), %s, 'x', 'x', 'x')",
    ):
        with pytest.raises(psycopg.Error, match="does not work by"):
            sealer.execute(statement.encode(), (by,))


RETIRE = (
    "select fb.retire_month(%s, %s, 'x.parquet', sha256('x'), 'cli ann', array[1],"
    " array[1::bigint], array[''::bytea])"
)
