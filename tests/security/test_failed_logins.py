"""Failed sign-ins to the database: what PostgreSQL logs of them comes into the record."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from financebuy import cli
from financebuy.cluster.accounts import current
from tests.security.test_transport import REFUSED, Foreign, connect
from tests.support.servers import Servers


@pytest.fixture
def servers() -> Iterator[Servers]:
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    running = Servers(parent / "data")
    try:
        yield running.start()
    finally:
        running.supervisor.stop()
        shutil.rmtree(parent)


def test_each_way_of_not_getting_in_is_read_from_the_log(
    servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`financebuy signins read`, as somebody with a PostgreSQL of their own lets it run."""
    foreign = Foreign(tmp_path)
    servers.endpoints.state.write(servers.directory.state_file, current())
    read = ["signins", "read", str(servers.directory.log("postgres")), "--data",
            str(servers.directory.root)]  # fmt: skip
    assert cli.run(read) == 0
    capsys.readouterr()
    with psycopg.connect(servers.endpoints.admin_url, autocommit=True) as admin:
        admin.execute("truncate sign_in_attempts")
        admin.execute("create database closed")
        admin.execute("revoke connect on database closed from public")
        another = foreign.authority("another")
        typed = "correct horse battery"
        tried: list[tuple[str, dict[str, str]]] = [
            ("app_user", {"password": "wrong"}),
            ("app_user", {"user": typed}),
            ("app_user", {"sslmode": "disable"}),
            ("fb_replication", {"sslcert": "none", "sslkey": "none"}),
            ("app_user", {"dbname": "closed"}),
            ("app_user", {"dbname": "nowhere"}),
            ("app_user", {"sslrootcert": str(foreign.home / "another" / "ca.crt")}),
            ("app_user", {"ssl_max_protocol_version": "TLSv1.2"}),
            ("fb_replication", foreign.client(another, "fb_replication")),
        ]
        for role, parameters in tried:
            with pytest.raises(REFUSED):
                connect(servers, role, **parameters)
        deadline, printed = time.monotonic() + 30, 0
        while printed < len(tried):
            assert cli.run(read) == 0
            printed += int(capsys.readouterr().err.split()[0])
            assert time.monotonic() < deadline
        rows = admin.execute(
            "select login, method, outcome, network::text from sign_in_attempts"
        ).fetchall()
        admin.execute("drop database closed")
    assert {row[2:] for row in rows} == {("refused", "127.0.0.0/24")}
    known = [row[:2] for row in rows if not row[0].startswith("unknown:")]
    assert sorted(known) == sorted([
        ("app_user", "password"), ("app_user", "access rule"), ("fb_replication", "access rule"),
        ("app_user", "right to connect"), ("app_user", "database"), *[("(none)", "handshake")] * 3,
    ])  # fmt: skip
    # What was typed where a login belongs may be a password: something else stands for it.
    ((login, method),) = [row[:2] for row in rows if row[0].startswith("unknown:")]
    assert (method, len(login), typed in login) == ("password", len("unknown:") + 32, False)
    # Nothing is recorded twice.
    assert cli.run(read) == 0
    assert capsys.readouterr().err.startswith("0 failed")
