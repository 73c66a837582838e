"""`/fb/v1/audit`: who did what, its proof, and a verification, for those who inspect."""

from uuid import UUID

import msgspec

from financebuy.services.audit.outside import Directory
from financebuy.services.audit.proofs import Proof, problems_of
from tests.api.test_operations import operator
from tests.support.api import Api, Customer
from tests.support.audit import Audited

PATHS = ("", "/status", f"/proof?table=entries&row_id={UUID(int=1)}", "/verification")


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


def test_only_those_who_inspect_may(api: Api, customer: Customer) -> None:
    for path in PATHS:
        assert api.call("GET", f"/fb/v1/audit{path}", customer.key).status_code == 403


def test_what_is_asked_wrongly_is_named(api: Api) -> None:
    auditor = operator(api.world, api)
    for path, status in (
        ("?cursor=x", 422), ("?since=yesterday", 422), ("?subject_id=1", 422),
        (f"/proof?table=accounts&row_id={UUID(int=1)}", 422),
        (f"/proof?table=entries&row_id={UUID(int=1)}", 404),
    ):  # fmt: skip
        assert api.call("GET", f"/fb/v1/audit{path}", auditor).status_code == status, path
