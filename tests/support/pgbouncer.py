"""PgBouncer in transaction mode before a test's database, where it is installed."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from financebuy.cluster import accounts, ports
from financebuy.cluster.files import make_directory, open_log, write_file
from financebuy.cluster.processes import start
from tests.support.databases import Database

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

_CONFIGURATION = """\
[databases]
{name} = host={server} port={server_port} dbname={name}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {home}/users.txt
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
logfile = {home}/pgbouncer.log
"""


@contextmanager
def pgbouncer(database: Database, role: str, size: int) -> Iterator[str]:
    """Run it with `size` connections to the server; yields the URL of `role` through it."""
    assert PROGRAM
    home = Path(tempfile.mkdtemp(prefix="financebuy-pgbouncer-"))
    account, port = accounts.for_servers(), ports.any_free()
    make_directory(home, account)
    password = database.passwords[role]
    write_file(home / "users.txt", f'"{role}" "{password}"\n', account)
    text = _CONFIGURATION.format(
        name=database.name, server=database.server.socket_dir, server_port=database.server.port,
        port=port, home=home, size=size,
    )  # fmt: skip
    write_file(home / "pgbouncer.ini", text, account)
    output = open_log(home / "output.log")
    process = start([PROGRAM, home / "pgbouncer.ini"], account, output=output, cwd=home)
    os.close(output)
    try:
        deadline = time.monotonic() + 30
        while ports.is_free(port):
            assert process.poll() is None, (home / "output.log").read_text()
            assert time.monotonic() < deadline, "PgBouncer does not listen"
            time.sleep(0.05)
        yield f"postgresql://{role}:{password}@127.0.0.1:{port}/{database.name}"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home)
