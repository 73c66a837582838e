"""`/fb/v1/audit`: who did what, its proof, and a verification, for those who inspect."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from financebuy.api.native.audit import Download
from financebuy.services.audit.offline import verify_file
from financebuy.services.audit.outside import Directory
from financebuy.services.audit.proofs import Proof, problems_of
from tests.api.test_operations import operator
from tests.support.api import Api, Customer
from tests.support.audit import Audited

LATER = "?since=2100-01-01T00:00:00Z"
PATHS = ("", "/status", "/export", f"/proof?table=entries&row_id={UUID(int=1)}", "/verification")


def test_history_is_read_and_proved(api: Api, customer: Customer) -> None:
    auditor = operator(api.world, api)
    mine = f"/fb/v1/audit?record={customer.account_id}"
    page = api.get(f"{mine}&limit=1", auditor)
    older = api.get(f"{mine}&limit=1&cursor={page['next_cursor']}", auditor)
    lines = api.get(mine, auditor)["items"]
    assert [page["items"][0], older["items"][0]] == lines[:2]
    (deposit,) = [line for line in lines if line["action"] == "deposit"]
    proof = f"/fb/v1/audit/proof?table=transactions&row_id={deposit['row_id']}"
    audit = Audited(api.world.database, Directory(api.log.parent / "audit"))
    if deposit["seal_seq"] is None:
        assert api.call("GET", proof, auditor).status_code == 409
        assert api.get("/fb/v1/audit/status", auditor)["unsealed_rows"] > 0
        audit.seal()
    found = msgspec.convert(api.get(proof, auditor), Proof)
    assert problems_of(found, str(audit.signer.verifier)) == []
    verified = api.get("/fb/v1/audit/verification", auditor)
    assert (verified["good"], verified["findings"]) == (True, [])
    assert verified["rows"] > 0
    assert api.get("/fb/v1/audit/status", auditor)["stopped"] is None


def test_an_export_is_verified_without_a_database(
    api: Api, customer: Customer, tmp_path: Path
) -> None:
    auditor = operator(api.world, api)
    audit = Audited(api.world.database, Directory(api.log.parent / "audit"))
    audit.seal()
    files = {}
    for name, query in (("all", ""), ("two", "?table=transactions&table=entries"), ("none", LATER)):
        answer = api.call("GET", f"/fb/v1/audit/export{query}", auditor)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vnd.apache.parquet"
        assert int(answer.headers["content-length"]) == len(answer.content)
        files[name] = tmp_path / f"{name}.parquet"
        files[name].write_bytes(answer.content)
    reports = {
        name: verify_file(file, trusted_key=str(audit.signer.verifier), store=audit.outside)
        for name, file in files.items()
    }
    assert [report.findings for report in reports.values()] == [[], [], []]
    assert reports["all"].rows > reports["two"].rows > reports["none"].rows == 0
    assert reports["all"].heads_outside > 0
    table = pq.read_table(files["two"])
    assert set(table["table"].to_pylist()) == {None, "transactions", "entries"}
    payloads = [row for row in table["payload"].to_pylist() if row]
    assert any(str(customer.account_id) in row for row in payloads)
    changed = tmp_path / "changed.parquet"
    rows = table.to_pylist()
    victim = next(row for row in rows if row["kind"] == "row")
    victim["payload"] = victim["payload"].replace("{", "{ ", 1)
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), changed)
    assert [each.kind for each in verify_file(changed).findings] == ["changed"]


def test_no_export_of_what_was_changed(api: Api, customer: Customer) -> None:
    auditor = operator(api.world, api)
    Audited(api.world.database, Directory(api.log.parent / "audit")).seal()
    admin = api.world.admin
    account = customer.account_id
    change = "update transactions set amount = amount + %s where account_id = %s"
    try:
        with admin.transaction():
            admin.execute("set local session_replication_role = replica")
            assert admin.execute(change, (1, account)).rowcount > 0
        answer = api.call("GET", "/fb/v1/audit/export", auditor)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
    finally:
        with admin.transaction():
            admin.execute("set local session_replication_role = replica")
            admin.execute(change, (-1, account))


def test_one_export_at_a_time(api: Api) -> None:
    auditor, admin = operator(api.world, api), api.world.admin
    Audited(api.world.database, Directory(api.log.parent / "audit")).seal()
    waiting = "select 1 from pg_locks where not granted and relation = 'seals'::regclass"
    with ThreadPoolExecutor(1) as threads:
        with admin.transaction():
            admin.execute("lock table seals")
            first = threads.submit(api.call, "GET", "/fb/v1/audit/export", auditor)
            while not api.world.rows(waiting):
                assert not first.done(), first.result().text
                sleep(0.02)
            refused = api.call("GET", "/fb/v1/audit/export", auditor)
        assert (refused.status_code, refused.json()["title"]) == (503, "Try again")
        assert refused.headers["retry-after"]
        assert first.result().status_code == 200
    # It ended with its last byte, and so did one that was refused for another reason.
    for _ in range(2):
        assert api.call("GET", f"/fb/v1/audit/export{LATER}", auditor).status_code == 200
        assert api.call("GET", "/fb/v1/audit/export?table=users", auditor).status_code == 422


def test_a_reader_who_is_gone_keeps_no_file_open(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")

    async def gone(*_message: Any) -> Any:
        raise OSError

    async def work() -> None:
        await Download(file)({"type": "http", "asgi": {"spec_version": "2.4"}}, gone, gone)

    with path.open("rb") as file:
        with pytest.raises(Exception):  # noqa: B017, PT011 (whatever the server says of it)
            asyncio.run(work())
        assert file.closed


def test_only_those_who_inspect_may(api: Api, customer: Customer) -> None:
    for path in PATHS:
        assert api.call("GET", f"/fb/v1/audit{path}", customer.key).status_code == 403


def test_what_is_asked_wrongly_is_named(api: Api) -> None:
    auditor = operator(api.world, api)
    for path, status in (
        ("/export?table=users", 422), ("/export?since=yesterday", 422),
        ("?cursor=x", 422), ("?since=yesterday", 422), ("?subject_id=1", 422),
        (f"/proof?table=accounts&row_id={UUID(int=1)}", 422),
        (f"/proof?table=entries&row_id={UUID(int=1)}", 404),
    ):  # fmt: skip
        assert api.call("GET", f"/fb/v1/audit{path}", auditor).status_code == status, path
