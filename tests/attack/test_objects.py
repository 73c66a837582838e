"""Every route of the document, replayed by others: with a key, with a session, with nothing.

Each request is the owner's own, with the owner's ids; then the owner sends it, and is answered.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.attack.bodies import REFUSED, request
from tests.attack.honest import ORDER, Owner, owner
from tests.attack.surface import OPEN, Operation, document, operations
from tests.support.api import Api
from tests.support.people import SAME_ORIGIN

PROTECTED = [each for each in operations() if each.scopes is not None]
EVERYBODYS = {"symbol", "symbol_or_asset_id", "action_id"}
"""Parameters that name nobody's own."""
OF_USER = (
    "users", "credentials", "totp_secrets", "recovery_codes", "passkeys", "api_keys",
    "payment_methods", "kyc_documents", "kyc_events", "account_owners",
)  # fmt: skip
OF_ACCOUNT = ("accounts", "holdings", "lots", "orders", "order_events", "transfers", "transactions")

TABLES = {*OF_USER, *OF_ACCOUNT}


def possessions(victim: Owner) -> dict[str, tuple[int, str]]:
    """Everything that is the victim's, table by table: how many rows, and their digest."""
    people = list({victim.user.user_id, victim.session().user_id})
    rows = [f"select '{table}' as name, t::text as row from {table} as t where user_id = any(%s)"
            for table in OF_USER]  # fmt: skip
    rows += [f"select '{table}', t::text from {table} as t where account_id = any(%s)"
             for table in OF_ACCOUNT]  # fmt: skip
    query = (
        "select name, count(*) as n, md5(string_agg(row, '|' order by row)) as digest"
        f" from ({' union all '.join(rows)}) as x group by name"
    )
    values = [people] * len(OF_USER) + [[UUID(victim.account_id)]] * len(OF_ACCOUNT)
    return {row["name"]: (row["n"], row["digest"]) for row in victim.api.world.rows(query, *values)}


def named(operation: Operation, honest: dict[str, Any], victim: Owner) -> set[str]:
    """What of the victim's a request names."""
    mine = {value for name, value in honest["ids"].items() if name not in EVERYBODYS}
    body = honest.get("json") or {}
    mine |= {victim.account_id, victim.bank} & set(map(str, body.values()))
    mine |= {lot["lot_id"] for lot in body.get("lots", ())}
    asked = operation.url(honest["ids"]) + str(honest["params"]) + str(body)
    return {value for value in mine if value in asked}


def strangers(
    stranger: Owner, operation: Operation, honest: dict[str, Any]
) -> dict[str, httpx.Response]:
    """The same request, with a stranger's key and from their session."""
    path = operation.url(honest["ids"])
    options = {name: honest[name] for name in ("params", "json", "content") if name in honest}
    headers = {**SAME_ORIGIN, **honest.get("headers", {})}

    def key() -> dict[str, str]:
        return headers | {"Idempotency-Key": str(uuid4())}

    return {
        "key": stranger.api.call(
            operation.method, path, stranger.key, headers=key(), **options
        ),
        "session": stranger.session().call(operation.method, path, headers=key(), **options),
    }  # fmt: skip


def shows_nothing(answer: httpx.Response) -> bool:
    """Whether an answer refuses, or lists nothing."""
    if answer.status_code >= 400:
        return True
    if answer.headers.get("Content-Type") != "application/json":
        return not answer.content
    found = answer.json()
    return not (found.get("items", True) if isinstance(found, dict) else found)


def test_every_route_replayed_by_strangers_reaches_nothing(
    victim: Owner, attacker: Owner, tell: Callable[[str], None]
) -> None:
    tried, shown, names = 0, 0, set[str]()
    for operation in PROTECTED:
        honest = request(victim, operation)
        mine = named(operation, honest, victim)
        before = possessions(victim)
        everybodys = {honest["ids"].get(name) for name in EVERYBODYS}
        own = {victim.account_id, str(victim.user.user_id), victim.bank, victim.key.key_id}
        secrets = (own | set(honest["ids"].values())) - mine - everybodys
        for who, answer in strangers(attacker, operation, honest).items():
            tried += bool(mine)
            assert not mine or shows_nothing(answer), (operation.name, who, answer.text)
            assert [each for each in secrets if each in answer.text] == [], (operation.name, who)
        assert possessions(victim) == before, operation.name
        # The control: the owner, or who serves them, sends the same and is answered.
        answer = victim.call(operation, **honest)
        assert answer.is_success or operation.name in REFUSED, (operation.name, answer.text)
        shown += bool(mine) and operation.method == "GET" and not shows_nothing(answer)
        names |= {name for name, value in honest["ids"].items() if value in mine}
    assert names >= {
        "account_id", "order_id", "client_order_id", "user_id", "key_id", "exception_id",
        "payment_method_id", "document_id", "credential_id", "approval_id", "run_id",
        "subject_id", "row_id",
    }  # fmt: skip
    assert tried > 100
    assert shown > 20
    tell(f"{tried} replays of {len(PROTECTED)} protected routes, each answered to its owner")


def test_what_is_another_s_is_no_part_of_ones_own(
    api: Api, victim: Owner, attacker: Owner, tell: Callable[[str], None]
) -> None:
    """Under one's own account: another's bank account, lots, account. The control: one's own."""
    assert victim.bank != attacker.bank
    before = possessions(victim)
    tried = 0
    for whose, expected in ((victim, False), (attacker, True)):
        sale, lot = attacker.sale(), [{"lot_id": whose.lot(), "qty": "1"}]
        selling = ORDER | {"side": "sell", "limit_price": "900", "lots": lot}
        requests: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", f"/v1/accounts/{attacker.account_id}/transfers",
             {"amount": "0.01", "direction": "OUTGOING", "payment_method_id": whose.bank}),
            ("PUT", f"/fb/v1/orders/{sale}/lots", {"lots": lot}),
            ("POST", "/fb/v1/orders", selling | {"account_id": attacker.account_id}),
            ("POST", "/v2/orders", selling),
            ("POST", "/fb/v1/orders", ORDER | {"account_id": whose.account_id}),
            ("POST", "/fb/v1/transfers",
             {"account_id": whose.account_id, "target": attacker.bystander(), "amount": "0.01"}),
        ]  # fmt: skip
        for method, path, body in requests:
            headers = {"Idempotency-Key": str(uuid4())}
            answer = api.call(method, path, attacker.key, json=body, headers=headers)
            tried += 1
            assert answer.is_success is expected, (path, body, answer.text)
            assert answer.status_code in {200, 201, 404, 422}
    assert possessions(victim) == before
    tell(f"{tried} requests, half of them the control")


def test_a_session_makes_no_key_for_anothers_account(api: Api, victim: Owner) -> None:
    somebody = owner(api)
    for account, expected in ((victim.account_id, 404), (somebody.account_id, 201)):
        body = {"scopes": ["read"], "account_id": account}
        answer = somebody.person.call("POST", "/fb/v1/me/api-keys", body)
        assert answer.status_code == expected, answer.text


def test_a_change_would_be_seen(victim: Owner) -> None:
    """The control: rows that go are seen, in each table that the victim has any in."""
    for have in (victim.order, victim.payment_method, victim.document, victim.passkey):
        have()
    before = possessions(victim)
    assert before.keys() == TABLES
    for table in TABLES:
        column = "user_id" if table in OF_USER else "account_id"
        mine = victim.session().user_id if table in OF_USER else UUID(victim.account_id)
        with victim.api.world.admin.transaction(force_rollback=True):
            victim.api.world.admin.execute("set local session_replication_role = replica")
            gone = f"delete from {table} where {column} in (%s, %s)".encode()
            victim.api.world.admin.execute(gone, (mine, victim.user.user_id))
            assert possessions(victim) != before, table


def test_no_protected_route_answers_a_stranger_without_anything(
    api: Api, victim: Owner, tell: Callable[[str], None]
) -> None:
    ids = {"account_id": victim.account_id, "user_id": str(victim.user.user_id)}
    for operation in PROTECTED:
        body = None if operation.body is None else document(operation.body)
        for headers in (
            {},
            {"Cookie": "__Host-session=" + "x" * 43},
            {"Authorization": "Bearer a:b"},
        ):
            answer = api.call(operation.method, operation.url(ids), headers=headers, json=body)
            assert answer.status_code == 401, (operation.name, headers)
    tell(f"{3 * len(PROTECTED)} requests, all 401")


def test_every_route_is_in_the_document() -> None:
    assert {each.path for each in operations()} > OPEN
    assert len(PROTECTED) > 100
