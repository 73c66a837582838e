"""The system account that servers run as when FinanceBuy is started by root.

PostgreSQL refuses to run as root, and nothing that listens should. An ordinary user needs no
account: servers run as that user.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from financebuy.cluster.errors import AccountUnavailableError

NAME = "financebuy"

_NO_LOGIN = ("/usr/sbin/nologin", "/sbin/nologin")


@dataclass(frozen=True, slots=True)
class Account:
    """Who a server runs as. `switch` is empty when that is the user who starts it."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        """Whether nothing has to be switched."""
        return self.uid == os.geteuid()

    @property
    def switch(self) -> dict[str, Any]:
        """Arguments for `subprocess.Popen` that turn the child into this account."""
        if self.is_self:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def current() -> Account:
    """The user who runs this program."""
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return Account(name, uid, os.getegid())


def for_servers() -> Account:
    """The account that servers run as, created when root has none yet.

    Raises `AccountUnavailableError` when it cannot be created.
    """
    if os.geteuid() != 0:
        return current()
    return _look_up() or _create()


def _look_up() -> Account | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> Account:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise AccountUnavailableError(
            f"servers do not run as root: create a system account named {NAME}, or start"
            " FinanceBuy as an ordinary user"
        )
    shell = next((shell for shell in _NO_LOGIN if Path(shell).exists()), "/bin/false")
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/financebuy"]
    done = subprocess.run(
        [useradd, *options, "--shell", shell, NAME], capture_output=True, text=True, check=False
    )
    # Another process may have created it in between, so the account decides, not the exit code.
    account = _look_up()
    if account is None:
        raise AccountUnavailableError(f"cannot create the account {NAME}: {done.stderr.strip()}")
    return account
