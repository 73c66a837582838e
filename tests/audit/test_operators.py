"""What operators do by a program's login stands in the log in their own name."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from financebuy.bootstrap import API_ROLES, SERVICE_ROLES, Platform, open_platform
from financebuy.cluster import accounts
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.recording import origin, record_if_reachable
from financebuy.cluster.secret_rotation import Rotator
from financebuy.errors import NotPermittedError, TryAgainError
from financebuy.services import market, months, reconciliation
from financebuy.services.audit import reading
from financebuy.services.caller import OPERATOR_SCOPES, Caller
from financebuy.services.price_files import PriceFile
from financebuy.services.price_import import import_prices
from financebuy.settings import Settings
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import MONDAY, World

PLATFORM_USER = "user:00000000-0000-0000-0000-000000000000"


@dataclass
class Desk:
    """An operator, at an installation."""

    root: Path
    world: World
    user_id: UUID

    @property
    def caller(self) -> Caller:
        return Caller(
            self.user_id, None, OPERATOR_SCOPES, kind="operator", origin="desk", request_id="r"
        )

    def run(
        self,
        work: Callable[[Platform], Awaitable[Any]],
        roles: Collection[str] = (*SERVICE_ROLES, market.ROLE),
    ) -> Any:
        async def opened() -> Any:
            async with open_platform(Settings(data_dir=self.root), roles) as platform:
                return await work(platform)

        return asyncio.run(opened())

    def lines(self, table: str) -> list[dict[str, Any]]:
        return self.world.rows(
            "select action, actor, actor_kind, request_id, origin, record_id, new_values"
            " from audit_log where table_name = %s order by recorded_at", table,
        )  # fmt: skip

    def assert_mine(self, line: dict[str, Any]) -> None:
        told = (line["actor"], line["actor_kind"], line["request_id"], line["origin"])
        assert told == (f"user:{self.user_id}", "operator", "r", "desk")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    root = tmp_path / "data"
    write_data_directory(root, database)
    with World(database) as world:
        world.open_market()
        world.as_role("fb_worker").execute(
            "insert into market_control (days_per_minute, updated_at) values (1, now())"
        )
        yield Desk(root, world, world.staff().user_id)


def test_steering_the_market(desk: Desk) -> None:
    for steer in (market.pause, market.resume):
        desk.run(lambda platform, steer=steer: steer(platform, desk.caller))
    desk.run(lambda platform: market.set_speed(platform, desk.caller, None))
    desk.run(lambda platform: market.step(platform, desk.caller, 3))
    mine = desk.lines("market_control")[1:]
    assert [line["new_values"] for line in mine] == [
        {"paused": True}, {"paused": False}, {"days_per_minute": None},
        {"paused": True, "steps_requested": 3},
    ]  # fmt: skip
    for line in mine:
        desk.assert_mine(line)


def test_a_customer_steers_nothing(desk: Desk) -> None:
    customer = Caller(desk.user_id)
    with pytest.raises(NotPermittedError):
        desk.run(lambda platform: market.pause(platform, customer))
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not_permitted"):
        desk.world.as_role("fb_worker").execute(
            "select fb.act_as(%s, 'r', 'o')", (desk.world.token(desk.user_id, "trade"),)
        )


def test_an_export_is_under_way_until_it_is_closed(desk: Desk) -> None:
    async def work(platform: Platform) -> None:
        first = await reading.export(platform, desk.caller)
        with pytest.raises(TryAgainError, match="another export"):
            await reading.export(platform, desk.caller)
        first.close()
        first.close()
        forgotten = await reading.export(platform, desk.caller)
        with pytest.raises(TryAgainError):
            await reading.export(platform, desk.caller)
        with pytest.warns(ResourceWarning):
            del forgotten
        with await reading.export(platform, desk.caller) as last:
            assert last.read(4) == b"PAR1"

    desk.run(work, API_ROLES)


def test_reconciling(desk: Desk) -> None:
    desk.run(lambda p: reconciliation.reconcile(p, desk.caller, "bank", MONDAY, []))
    (line,) = desk.lines("reconciliation_runs")
    desk.assert_mine(line)


def test_closing_and_detaching_months(desk: Desk) -> None:
    desk.world.admin.execute("set session_replication_role = replica")
    desk.world.admin.execute(
        "insert into transactions (transaction_id, transaction_type, effective_at, recorded_at,"
        " event_id, command_id, actor, account_id, amount, currency)"
        " select gen_random_uuid(), 'deposit', t, t, gen_random_uuid(), gen_random_uuid(),"
        " 'test', (select account_id from accounts limit 1), 0, 'USD'"
        " from (values (timestamptz '2020-01-15Z')) as v (t)"
    )
    closed = desk.run(lambda platform: months.close_months(platform, desk.caller))
    assert date(2020, 1, 1) in closed
    first = desk.lines("closed_months")[0]
    assert (first["action"], first["record_id"]) == ("insert", "2020-01-01")
    desk.assert_mine(first)
    desk.run(lambda platform: months.detach(platform, desk.caller, date(2020, 2, 1)))
    detached = desk.lines("closed_months")[-1]
    assert (detached["action"], detached["record_id"]) == ("detach", "2020-01-01")
    desk.assert_mine(detached)


def test_importing_prices(desk: Desk, tmp_path: Path) -> None:
    desk.world.security("AAPL")
    file = tmp_path / "bars.csv"
    file.write_text(
        "symbol,date,open,high,low,close,volume\n"
        f"AAPL,{MONDAY},1,2,1,2,100\nNONE,{MONDAY},1,2,1,2,100\n"
    )
    done = desk.run(lambda p: import_prices(p, desk.caller, PriceFile(file), "mine"))
    assert (done.saved, len(done.refused)) == (1, 1)
    saved, told = desk.lines("price_bars")[-2:]
    assert (saved["action"], told["action"], told["record_id"]) == ("insert", "import", "mine")
    assert told["new_values"] == {"lines": 2, "saved": 1, "refused": 1, "replaced": False}
    for line in (saved, told):
        desk.assert_mine(line)
    before = len(desk.lines("price_bars"))
    desk.run(lambda p: import_prices(p, desk.caller, PriceFile(file), "mine", dry_run=True))
    assert len(desk.lines("price_bars")) == before, "nothing was done"


@pytest.fixture
def own_passwords(desk: Desk) -> Iterator[None]:
    """Logins belong to the whole server: the other tests' come back."""
    yield
    for role, password in desk.world.database.passwords.items():
        desk.world.admin.execute(
            sql.SQL("alter role {} password {}").format(sql.Identifier(role), password)
        )


@pytest.mark.usefixtures("own_passwords")
def test_replacing_secrets(desk: Desk) -> None:
    rotator = Rotator(Endpoints.read(desk.root), accounts.current())
    rotator.passwords()
    number = rotator.begin_identity_key()
    rotator.end_identity_keys(number)
    rotated = desk.lines("passwords")
    assert {line["record_id"] for line in rotated} == set(rotator.roles)
    keys = [line for line in desk.lines("identity_keys") if line["actor"] == PLATFORM_USER]
    assert [(line["action"], line["record_id"]) for line in keys] == [
        ("insert", str(number)), ("delete", str(number - 1)),
    ]  # fmt: skip
    for line in rotated + keys:
        assert (line["actor"], line["actor_kind"], line["origin"]) == (
            PLATFORM_USER, "broker", origin(),
        )  # fmt: skip
        assert line["new_values"] is None, "no secret is in the log"
    desk.world.admin.execute("update fb_private.identity_keys set inner_block = outer_block")
    assert desk.lines("identity_keys")[-1]["action"] == "update", "a key put in another's place"


def test_what_is_done_beside_the_database(desk: Desk) -> None:
    endpoints = Endpoints.read(desk.root)
    assert record_if_reachable(endpoints, "rotate", "certificates", "server", {"authority": True})
    (line,) = desk.lines("certificates")
    assert (line["actor"], line["origin"]) == (PLATFORM_USER, origin())
    assert line["new_values"] == {"authority": True}
    endpoints.secrets.write(
        "database_url", "postgresql://nobody@127.0.0.1:1/none", accounts.current()
    )
    assert not record_if_reachable(endpoints, "rotate", "certificates", "server")
