"""A data directory for a test's database: as of a platform that uses a PostgreSQL of one's own."""

import secrets
from pathlib import Path

from financebuy.bootstrap import seed_demo
from financebuy.cluster.accounts import current
from financebuy.cluster.demo import Demo, write_demo
from financebuy.cluster.files import make_directory
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.secret_files import AUDIT_KEY, KEYS, SecretFiles
from financebuy.cluster.state import ApiRecord, DatabaseRecord, PlatformState
from financebuy.settings import Settings
from tests.support.databases import Database
from tests.support.valkey import ValkeyServer


def write_data_directory(
    root: Path, database: Database, api_port: int = 1, valkey: ValkeyServer | None = None
) -> SecretFiles:
    """Write what the programs, the command line and clients read: secrets and addresses."""
    me, directory = current(), DataDirectory(root)
    make_directory(directory.root, me)
    make_directory(directory.secrets, me)
    files = SecretFiles(directory.secrets)
    files.write("database_url", database.admin_url, me)
    files.write("valkey", valkey.password if valkey else "unused", me)
    for name in (*KEYS, AUDIT_KEY):
        files.write(name, secrets.token_hex(32), me)
    files.write("identity_key", database.identity_key.hex(), me)
    for role, password in database.passwords.items():
        files.write(f"db_{role}", password, me)
    PlatformState(
        stage="running",
        paper=True,
        database=DatabaseRecord(kind="external", name=database.name),
        api=ApiRecord("127.0.0.1", api_port),
        # Where nobody listens, everything must work without its cache.
        cache_socket=str(valkey.socket if valkey else directory.root / "no-cache.sock"),
    ).write(directory.state_file, me)
    return files


def add_demo_users(root: Path) -> Demo:
    """Create the demo investor and operator, as the first `financebuy up` does."""
    demo = seed_demo(Settings(data_dir=root))
    write_demo(SecretFiles(DataDirectory(root).secrets), demo, current())
    return demo
