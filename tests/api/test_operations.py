"""`/fb/v1/ops`: exceptions and approvals, for operators only."""

from uuid import UUID, uuid4

from tests.support import world as w
from tests.support.api import Api, Customer, Key
from tests.support.world import MONDAY, World, bust


def operator(world: World, api: Api) -> Key:
    return api.make_key(world.staff(), "read", "operations")


def test_an_exception_over_http(api: Api) -> None:
    one = operator(api.world, api)
    api.world.accepted("execution_busted", bust("over http"))
    page = api.get("/fb/v1/ops/exceptions?state=open&kind=unknown_execution&limit=1", one)
    (found,) = page["items"]
    path = f"/fb/v1/ops/exceptions/{found['exception_id']}"
    assert api.post(f"{path}/assign", one, {}).json()["state"] == "assigned"
    empty = api.post(f"{path}/resolve", one, {"resolution": ""})
    assert empty.status_code == 422
    resolved = api.post(f"{path}/resolve", one, {"resolution": "nothing to do"})
    assert resolved.json()["state"] == "resolved"
    assert api.get(path, one)["resolution"] == "nothing to do"


def test_a_reversal_over_http(api: Api) -> None:
    one, two = operator(api.world, api), operator(api.world, api)
    customer = api.customer(80)
    payload = {"transaction_id": _deposit(api, customer)}
    body = {"action": "reverse", "payload": payload, "reason": "a mistake"}
    key = {"Idempotency-Key": str(uuid4())}
    asked = api.post("/fb/v1/ops/approvals", one, body, headers=key)
    again = api.post("/fb/v1/ops/approvals", one, body, headers=key)
    assert (asked.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    path = f"/fb/v1/ops/approvals/{asked.json()['approval_id']}"
    assert api.post(f"{path}/confirm", one, {}).status_code == 403
    confirmed = api.post(f"{path}/confirm", two, {"note": "seen"})
    assert confirmed.json()["state"] == "confirmed"
    assert api.get("/v2/account", customer.key)["cash"] == "0.00"
    assert api.post(f"{path}/decline", two, {}).status_code == 422
    assert api.get("/fb/v1/ops/approvals?state=confirmed", one)["items"][0] == api.get(path, one)


def test_how_the_books_stand(api: Api) -> None:
    """A comparison is made, and a month closed, by the worker; the API shows what came of it."""
    one = operator(api.world, api)
    assert api.get("/fb/v1/ops/months", one) == []
    api.world.admin.execute(
        "insert into closed_months (month, transactions, entries, closed_at)"
        " values ('2012-05-01', 7, 14, '2012-06-01T01:00Z')"
    )
    assert api.get("/fb/v1/ops/months", one) == [{
        "month": "2012-05-01", "transactions": 7, "entries": 14,
        "closed_at": "2012-06-01T01:00:00Z", "detached_at": None,
    }]  # fmt: skip
    row = w.deposit(api.customer().account_id, "12.50", bank_reference="unknown there")
    api.world.accepted("deposit_received", row)
    runs = [
        str(api.world.job(f"select fb.reconcile(%s, %s{', %s' * 6})", source, MONDAY, *[[]] * 6))
        for source in ("venue", "bank")
    ]
    page = api.get("/fb/v1/ops/reconciliations?limit=1", one)
    assert [each["run_id"] for each in page["items"]] == runs[1:]
    rest = api.get(f"/fb/v1/ops/reconciliations?cursor={page['next_cursor']}", one)
    assert [each["run_id"] for each in rest["items"]] == runs[:1]
    assert api.get("/fb/v1/ops/reconciliations?source=venue", one)["items"] == rest["items"]
    shown = api.get(f"/fb/v1/ops/reconciliations/{runs[1]}", one)
    assert shown["reconciliation"] == page["items"][0]
    (named,) = [each for each in shown["items"] if each["reference"] == "unknown there"]
    assert (named["kind"], named["ours"], named["theirs"]) == ("missing_there", "12.5", None)


def test_nobody_else_may(api: Api) -> None:
    customer = api.customer()
    nobodys = ("exceptions", "reconciliations")
    for path in (*nobodys, "approvals", "months", *(f"{n}/{UUID(int=1)}" for n in nobodys)):
        assert api.call("GET", f"/fb/v1/ops/{path}", customer.key).status_code == 403
    one = operator(api.world, api)
    for path in nobodys:
        assert api.call("GET", f"/fb/v1/ops/{path}/{UUID(int=1)}", one).status_code == 404


def _deposit(api: Api, customer: Customer) -> str:
    found = api.world.value(
        "select transaction_id from transactions where account_id = %s", customer.account_id
    )
    return str(found)
