"""The logins' passwords: kept and proven by SCRAM alone, bound to the server's certificate."""

import psycopg
import pytest

from financebuy.cluster.secret_files import LOGIN_ROLES
from tests.support.servers import Servers
from tests.support.tls_clients import REFUSED, connect

pytestmark = pytest.mark.xdist_group("transport")


def test_no_password_is_kept_but_as_scram(servers: Servers) -> None:
    with psycopg.connect(servers.endpoints.admin_url) as admin:
        kept = dict(
            admin.execute("select rolname, rolpassword from pg_authid where rolcanlogin").fetchall()
        )
    assert set(kept) == {*LOGIN_ROLES, "postgres"}
    passwords = servers.endpoints.secrets.role_passwords()
    for role, verifier in kept.items():
        assert verifier.startswith("SCRAM-SHA-256$"), role
        assert role == "postgres" or passwords[role] not in verifier


def test_no_rule_lets_anybody_in_without(servers: Servers) -> None:
    with psycopg.connect(servers.endpoints.admin_url) as admin:
        methods = admin.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert {method for (method,) in methods} == {"reject", "scram-sha-256"}


def test_a_client_that_would_show_its_password_is_not_asked_for_it(servers: Servers) -> None:
    """The server asks for SCRAM: a client that insists on another way ends without sending it."""
    for method in ("password", "md5"):
        with pytest.raises(REFUSED, match="SASL"):
            connect(servers, "app_user", require_auth=method)
    # Bound to the certificate that the server shows: nobody in between can pass it on.
    with connect(servers, "app_user", require_auth="scram-sha-256", channel_binding="require"):
        pass
