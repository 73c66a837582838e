"""A platform under attack: customers with money, and somebody who should not have it."""

from collections.abc import Iterator

import pytest

from tests.attack.honest import Owner, owner
from tests.support.api import Api, serve
from tests.support.databases import Database, clone
from tests.support.valkey import valkey_server
from tests.support.world import Row

# Attackers come from many networks.
SETTINGS = {
    "FINANCEBUY_TRUSTED_PROXIES": "127.0.0.1",
    "FINANCEBUY_REQUESTS_PER_SECOND": "100000",
}
PRIVILEGED = {
    "users": "user_id, kind, kyc_status, is_active",
    "staff_roles": "user_id, role",
    "api_keys": "key_id, user_id, account_id, scopes, allowed_addresses, expires_at, revoked_at",
    "account_owners": "account_id, user_id, role",
    "accounts": "account_id, account_type, currency, balance, held, status",
    "platform_settings": "name, value",
    "fee_schedules": "*",
    "assets": "asset_id, code, scale",
}
"""What nobody may change by what they send along."""


@pytest.fixture(scope="module")
def api(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with (
        valkey_server(tmp_path_factory.mktemp("valkey")) as valkey,
        clone(template) as database,
        serve(database, tmp_path_factory.mktemp("attack") / "data", valkey, SETTINGS) as running,
    ):
        running.world.open_market()
        running.world.security("AAPL", 100)
        yield running


@pytest.fixture(scope="module")
def victim(api: Api) -> Owner:
    return owner(api)


@pytest.fixture(scope="module")
def attacker(api: Api) -> Owner:
    return owner(api)


def privileged(api: Api) -> dict[str, list[Row]]:
    """Everything that decides who may do what, and who has what."""
    return {
        table: sorted(api.world.rows(f"select {columns} from {table}"), key=str)
        for table, columns in PRIVILEGED.items()
    }
