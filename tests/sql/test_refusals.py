"""Every refusal code of every function: its exact answer, and that nothing else happened."""

import re
from collections.abc import Callable, Iterator

import pytest

from financebuy import errors
from financebuy.database.commands import ROLES
from financebuy.database.migrate import CODE
from financebuy.sql import text
from tests.sql.account_refusals import ACCOUNT_CASES, MOVEMENTS
from tests.sql.fact_refusals import FACT_CASES, NEVER_ANSWERED, SPEAKS_FOR_FACTS
from tests.sql.position_refusals import POSITION_CASES, SPEAKS_FOR_POSITIONS
from tests.sql.privacy_refusals import PRIVACY_CASES, SPEAKS_FOR_PRIVACY
from tests.sql.real_money_refusals import REAL_MONEY_CASES
from tests.sql.refusal_cases import BANK_FACTS, ORDER_FACTS, Stage, set_stage
from tests.sql.refusal_cases import CASES as COMMON_CASES
from tests.support import world as w
from tests.support.databases import Database, clone
from tests.support.world import MONDAY, OPEN, Row, World

# One world for all of them: on one worker, so that it is made once.
pytestmark = pytest.mark.xdist_group("refusals")
BROKER = tuple(f for f, role in ROLES.items() if role == "fb_broker")
CASES = [*COMMON_CASES, *ACCOUNT_CASES, *FACT_CASES, *POSITION_CASES, *PRIVACY_CASES]
ON_ACCOUNTS = ("place_order", "request_withdrawal", *MOVEMENTS)
# Which functions answer with what a helper says.
SPEAKS_FOR = {
    "order_problem": ("place_order",),
    "lot_choice_problem": ("place_order",),
    "place_order_wave": ("place_order",),
    "session_problem": ("place_order", "replace_order"),
    "replace_problem": ("replace_order",),
    "replace_order_wave": ("replace_order",),
    "read_identity": (
        "place_order",
        "replace_order",
        "cancel_order",
        "request_withdrawal",
        *MOVEMENTS,
        *BROKER,
    ),
    "why_not": ON_ACCOUNTS,
    "why_not_move": MOVEMENTS,
    "claim_movements": MOVEMENTS,
    "amount_problem": (*MOVEMENTS, "charge_fee"),
    "claim_broker": (),
    "why_not_broker": (),
    "order_fact": ORDER_FACTS,
    "withdrawal_fact": BANK_FACTS,
    **SPEAKS_FOR_FACTS,
    **SPEAKS_FOR_POSITIONS,
    **SPEAKS_FOR_PRIVACY,
}
# What a function only compares with, or adds a field to (':key').
NOT_ANSWERED = {
    ("replace_order_wave", "account_not_found"),
    ("cancel_order", "account_not_found"), ("cancel_order", "account_not_active"),
    ("exchange_rate", "refused"), ("exchange_rate", "idempotency_conflict"),
    ("choose_lots", "account_not_found"),
    # An infinite date is no date of Python's: the tests cannot say it.
    ("action_problem", "invalid_value:ex_date"), ("shares_received", "out_of_range:acquired_at"),
    ("remove_payment_method", "not_permitted"),
    ("verdicts", "refused"), ("verdicts", "idempotency_conflict"),
    # A word of a record, and a kind of object.
    ("note_import", "refused"), ("take_rights_back", "schema"),
}  # fmt: skip
# Raised, not answered: it is no command.
RAISED = {"personal_data", "portfolio_of"}
CODES = {e.slug for e in vars(errors).values() if isinstance(e, type) and hasattr(e, "slug")}


def written() -> set[tuple[str, str]]:
    """Every (function, code) that the SQL can answer with."""
    found = set()
    for path in (p for p in CODE if p.endswith("functions.sql") or p.startswith("facts/")):
        parts = re.split(r"create or replace function (?:fb|fb_private)\.(\w+)", text(path))
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            for code in re.findall(r"'([a-z_]+(?::[a-z_]+)?)'", body):
                if code.partition(":")[0] in CODES and (name, code) not in NOT_ANSWERED:
                    found |= {(f, code) for f in SPEAKS_FOR.get(name, (name,))}
    return {pair for pair in found - NEVER_ANSWERED if pair[0] not in RAISED}


def test_every_code_has_a_case() -> None:
    cases = CASES + REAL_MONEY_CASES
    assert sorted(written() - {(function, code) for function, code, _ in cases}) == []


def test_every_code_has_an_error_class() -> None:
    assert {code.partition(":")[0] for _, code, _ in CASES + REAL_MONEY_CASES} <= CODES


@pytest.fixture(scope="module")
def stage(template: Database) -> Iterator[Stage]:
    with clone(template) as database, World(database) as world:
        yield set_stage(world)


def state_of(world: World) -> list[object]:
    """What a refusal must leave as it is."""
    counted = [
        world.value(f"select count(*) from {table}")
        for table in (
            "users", "api_keys", "transactions", "entries", "orders", "order_events", "executions",
            "transfers", "settlements", "outbox", "exceptions",
        )
    ]  # fmt: skip
    accounts = world.rows(
        "select account_id, balance, held, unsettled, status, version, event_seq from accounts"
        " order by account_id"
    )
    return [counted, accounts]


def name_of(case: object) -> str | None:
    return case if isinstance(case, str) else None


@pytest.mark.parametrize(("function", "code", "make"), CASES, ids=name_of)
def test_refused(function: str, code: str, make: Callable[[Stage], Row], stage: Stage) -> None:
    world = stage.world
    row = make(stage)
    before = state_of(world)
    verdict = world.do(function, row)
    assert state_of(world) == before
    expected, _, field = code.partition(":")
    assert (verdict.outcome, verdict.code, verdict.field, verdict.replayed, verdict.result) == (
        "refused", expected, field or None, False, None,
    )  # fmt: skip
    # A repeat is answered alike: from the record, or because it is as broken as before.
    again = world.do(function, row)
    assert (again.outcome, again.code, again.field) == ("refused", expected, field or None)
    world.clock(OPEN, "open", MONDAY, w.sessions(MONDAY, 2)[1])


@pytest.mark.parametrize(("function", "code", "make"), REAL_MONEY_CASES, ids=name_of)
def test_refused_where_money_is_real(
    function: str, code: str, make: Callable[[Stage], Row], stage: Stage
) -> None:
    row = make(stage)
    with stage.world.real_money():
        test_refused(function, code, lambda _: row, stage)
    # With play money it is done: nothing else was wrong with it.
    fresh = make(stage)
    assert stage.world.do(function, fresh).outcome == "accepted"


def test_the_same_key_with_another_body_is_a_conflict(stage: Stage) -> None:
    row = stage.withdraw()
    assert stage.world.do("request_withdrawal", row).outcome == "accepted"
    before = state_of(stage.world)
    verdict = stage.world.do("request_withdrawal", {**row, "amount": row["amount"] + 1})
    assert (verdict.outcome, verdict.code) == ("conflict", "idempotency_conflict")
    assert state_of(stage.world) == before


def test_a_key_belongs_to_the_command_that_used_it_first(stage: Stage) -> None:
    row = stage.withdraw()
    assert stage.world.do("request_withdrawal", row).outcome == "accepted"
    verdict = stage.world.do("cancel_order", stage.cancel(key=row["key"]))
    assert (verdict.outcome, verdict.code) == ("conflict", "idempotency_conflict")
    # Another's key of the same name is another key.
    theirs = stage.place(identity=stage.viewer.token, key=row["key"])
    assert stage.world.do("place_order", theirs).code == "not_permitted"


def test_an_order_of_a_restricted_account_may_be_taken_back(stage: Stage) -> None:
    account = stage.world.account(stage.owner, 200)
    order = stage.world.accepted("place_order", stage.place(account_id=account))
    stage.world.set_status(account, "restricted")
    assert stage.world.do("cancel_order", stage.cancel(order_id=order)).outcome == "accepted"


def test_the_books_balance_after_all_that(stage: Stage) -> None:
    assert stage.world.check_books() == {}
