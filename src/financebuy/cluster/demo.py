"""The demo users of a paper platform, as kept in `secrets/demo.json`."""

import msgspec

from financebuy.cluster.accounts import Account
from financebuy.cluster.secret_files import SecretFiles

NAME = "demo.json"


class Credentials(msgspec.Struct, frozen=True, omit_defaults=True):
    """An API key, a password, and whom they belong to. An operator has no account."""

    user_id: str
    key_id: str
    secret: str
    account_id: str | None = None
    password: str | None = None


class Demo(msgspec.Struct, frozen=True):
    """An investor with money, and an operator with every scope."""

    investor: Credentials
    operator: Credentials


def read_demo(secrets: SecretFiles) -> Demo | None:
    """The demo users, or None where there are none."""
    if not secrets.has(NAME):
        return None
    return msgspec.json.decode(secrets.read(NAME), type=Demo)


def write_demo(secrets: SecretFiles, demo: Demo, account: Account) -> None:
    """Keep the credentials; nothing else can show the secrets again."""
    text = msgspec.json.format(msgspec.json.encode(demo), indent=2).decode()
    secrets.write(NAME, text, account)
