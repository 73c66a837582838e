"""`financebuy secrets`: the passwords and keys that the platform made for itself."""

import os
import time
from enum import StrEnum
from typing import Annotated

import typer

from financebuy.cli.apps import noun
from financebuy.cli.options import DataOption
from financebuy.cli.output import say
from financebuy.cli.texts import NOT_RECORDED
from financebuy.cluster import accounts
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.secret_rotation import Rotator
from financebuy.database.identity import LIFETIME
from financebuy.settings import Settings

app = noun("The passwords and keys that the platform made for itself, one a file.")

_SLACK_SECONDS = 5
GRACE_SECONDS = round(LIFETIME.total_seconds()) + _SLACK_SECONDS


class What(StrEnum):
    """What `--only` takes."""

    PASSWORDS = "passwords"
    IDENTITY = "identity"
    CACHE = "cache"


@app.command(epilog="Example: financebuy secrets rotate --only passwords")
def rotate(
    only: Annotated[
        list[What] | None,
        typer.Option(
            "--only",
            metavar="WHAT",
            help="passwords, identity or cache; repeatable. Default: all.",
        ),
    ] = None,
    grace: Annotated[
        int,
        typer.Option(min=0, metavar="SECONDS", help="How long old keys still count."),
    ] = GRACE_SECONDS,
    data: DataOption = None,
) -> None:
    """Replace secrets while requests go on; nothing is restarted and nobody is signed out.

    passwords: of every login of the database. identity: the key that identities are signed with.
    cache: the password of Valkey. Each is recorded in the audit log. Keys of personal data:
    `financebuy keys rotate`.
    """
    wanted = set(only or What)
    endpoints = Endpoints.read(Settings.read(os.environ, data).data_dir)
    rotator = Rotator(endpoints, accounts.for_servers())
    if What.PASSWORDS in wanted:
        say(f"{rotator.passwords()} logins of the database have new passwords")
    number = rotator.begin_identity_key() if What.IDENTITY in wanted else None
    if What.CACHE in wanted and not rotator.begin_cache():
        say(NOT_RECORDED)
    if number is not None or What.CACHE in wanted:
        say(f"the old ones count for {grace} s more")
        time.sleep(grace)
    if number is not None:
        rotator.end_identity_keys(number)
        say(f"identities are signed with key {number} alone")
    if What.CACHE in wanted:
        rotator.end_cache()
        say("the cache takes its new password alone")
