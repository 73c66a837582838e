"""The settings themselves. A setting is one field of `Settings`, with its name and its help."""

# ruff: noqa: RUF009 (each default is one call of `_setting`, made once, of an immutable value)

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from financebuy.settings.parsing import (
    InvalidSettingError,
    amount_or_never,
    between,
    boolean,
    day,
    one_of,
    places,
    positive_decimal,
    postgres_url,
    real_path,
    speed,
    web_url,
)

_LOG_LEVELS = ("debug", "info", "warning", "error")


def _setting(name: str, parse: Callable[[str], Any], default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"env": name, "parse": parse, "help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. Ports and addresses in use are in the data directory instead."""

    data_dir: Path = field(
        metadata={
            "env": "FINANCEBUY_DATA",
            "parse": real_path,
            "help": "The data directory. Default: /var/lib/financebuy for root, else"
            " $XDG_DATA_HOME/financebuy or ~/.local/share/financebuy.",
        }
    )
    database_url: str | None = _setting(
        "FINANCEBUY_DATABASE_URL", postgres_url, None,
        "Use this PostgreSQL (15 or newer) instead of the embedded one. Needs a role that may"
        " create roles and extensions. With a password: @ and the path of a file with the URL.",
    )  # fmt: skip
    paper: bool | None = _setting(
        "FINANCEBUY_PAPER", boolean, None,
        "Demo users and the simulated market. Default: true with the embedded PostgreSQL, false"
        " with your own.",
    )  # fmt: skip
    postgres_port: int | None = _setting(
        "FINANCEBUY_POSTGRES_PORT", between(1, 65535), None,
        "The embedded PostgreSQL's port. Default: 5432, or the next free one.",
    )  # fmt: skip
    api_host: str = _setting(
        "FINANCEBUY_API_HOST", str, "127.0.0.1", "The address that the API listens on."
    )
    api_tls: bool | None = _setting(
        "FINANCEBUY_API_TLS", boolean, None,
        "Whether the API speaks TLS, with the platform's certificate. Default: true where it"
        " listens for other machines.",
    )  # fmt: skip
    api_port: int | None = _setting(
        "FINANCEBUY_API_PORT", between(1, 65535), None,
        "The API's port. Default: 8080, or the next free one.",
    )  # fmt: skip
    public_url: str = _setting(
        "FINANCEBUY_PUBLIC_URL", web_url, "http://localhost:8080",
        "What people have in their browser's address bar: passkeys are bound to it.",
    )  # fmt: skip
    trusted_proxies: str = _setting(
        "FINANCEBUY_TRUSTED_PROXIES", str, "",
        "Addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are"
        " believed, with commas. Default: none.",
    )  # fmt: skip
    sign_up: bool = _setting(
        "FINANCEBUY_SIGN_UP", boolean, True, "Whether anybody may register over HTTP."
    )
    requests_per_second: int = _setting(
        "FINANCEBUY_REQUESTS_PER_SECOND", between(1, 1_000_000), 1000,
        "What one user may ask for in the long run, over all API processes; twice as many at once.",
    )  # fmt: skip
    command_writers: int = _setting(
        "FINANCEBUY_COMMAND_WRITERS", between(1, 8), 2,
        "Connections that write command batches, per process and database role.",
    )  # fmt: skip
    command_queue: int = _setting(
        "FINANCEBUY_COMMAND_QUEUE", between(1, 1_000_000), 10_000,
        "How many commands may wait to be written, per process and database role. One more is"
        " answered with 503.",
    )  # fmt: skip
    command_seconds: int = _setting(
        "FINANCEBUY_COMMAND_SECONDS", between(1, 40), 15,
        "How long a command may wait for the database until it is answered with 503; at most 40,"
        " since who asks is signed for a minute.",
    )  # fmt: skip
    read_pool_size: int = _setting(
        "FINANCEBUY_READ_POOL_SIZE", between(1, 200), 8,
        "Most connections that serve reads, per process.",
    )  # fmt: skip
    market_start: date = _setting(
        "FINANCEBUY_MARKET_START", day, date(2012, 6, 1),
        "The day on which a new replay of history starts.",
    )  # fmt: skip
    market_days_per_minute: Decimal | None = _setting(
        "FINANCEBUY_MARKET_DAYS_PER_MINUTE", speed, Decimal(1),
        'Trading days that a new replay shows a minute, or "real" for real time.',
    )  # fmt: skip
    market_seed: int = _setting(
        "FINANCEBUY_MARKET_SEED", between(0, 2**31 - 1), 1,
        "Seed of the simulated quotes inside each day's real bar.",
    )  # fmt: skip
    market_volume_share: Decimal = _setting(
        "FINANCEBUY_MARKET_VOLUME_SHARE", positive_decimal("1"), Decimal("0.1"),
        "Largest share of a day's real volume that the paper venue fills.",
    )  # fmt: skip
    key_provider: str = _setting(
        "FINANCEBUY_KEY_PROVIDER", one_of("file", "aws-kms"), "file",
        "Where `financebuy keys rotate` keeps new key-encryption keys: file (the data directory's"
        " secrets) or aws-kms, found by AWS's own variables.",
    )  # fmt: skip
    audit_heads: str = _setting(
        "FINANCEBUY_AUDIT_HEADS", places, "",
        "Where signed heads of the audit's log are kept outside of the database, with commas:"
        " directories and s3://BUCKET/PREFIX. Default: the data directory's audit.",
    )  # fmt: skip
    audit_lock_days: int = _setting(
        "FINANCEBUY_AUDIT_LOCK_DAYS", between(0, 36_500), 2_557,
        "How long S3 refuses to delete a head (object lock, compliance mode); 0: no lock.",
    )  # fmt: skip
    seal_seconds: int = _setting(
        "FINANCEBUY_SEAL_SECONDS", between(1, 3_600), 5,
        "How long the worker rests between two passes of the audit's sealer.",
    )  # fmt: skip
    withdrawal_wait_hours: int | None = _setting(
        "FINANCEBUY_WITHDRAWAL_WAIT_HOURS", between(0, 720), None,
        "How long a new bank account, and a new or changed second factor, waits before money leaves"
        " by it. Default: 24, and 0 on a paper platform.",
    )  # fmt: skip
    staff_for_customers: str | None = _setting(
        "FINANCEBUY_STAFF_FOR_CUSTOMERS", one_of("read", "any"), None,
        "What operators make for customers: read (API keys that read alone, no bank accounts, no"
        " owners of accounts with something booked) or any. Default: read, and any on a paper"
        " platform.",
    )  # fmt: skip
    deposit_approval_from: str | None = _setting(
        "FINANCEBUY_DEPOSIT_APPROVAL_FROM", amount_or_never, None,
        "From this amount on, in any currency, a deposit that a person enters needs a second"
        " operator; never: one is enough, for other facts that persons enter where money is real,"
        " too. Default: 10000, and never on a paper platform.",
    )  # fmt: skip
    log_level: str = _setting(
        "FINANCEBUY_LOG_LEVEL", one_of(*_LOG_LEVELS), "info", "debug, info, warning or error."
    )

    @classmethod
    def read(cls, environ: Mapping[str, str], data_dir: Path | None = None) -> "Settings":
        """Settings from an environment; `data_dir` (from `--data`) wins over `FINANCEBUY_DATA`.

        An empty variable counts as unset. Raises `InvalidSettingError` for a value out of range and
        for a `FINANCEBUY_*` variable that nobody reads, which is most often a misspelling.
        """
        _refuse_unknown(environ)
        values = {
            each.name: _parse(each, environ[each.metadata["env"]])
            for each in fields(cls)
            if environ.get(each.metadata["env"])
        }
        if data_dir is not None:
            values["data_dir"] = real_path(str(data_dir))
        values.setdefault("data_dir", _default_data_dir(environ, os.geteuid()))
        return cls(**values)

    @property
    def is_paper(self) -> bool:
        """Whether demo users and the simulated market belong to this platform."""
        return self.database_url is None if self.paper is None else self.paper

    @property
    def rules(self) -> dict[str, str]:
        """What the database itself keeps to, by its names in `platform_settings`."""
        hours = self.withdrawal_wait_hours
        if hours is None:
            hours = 0 if self.is_paper else 24
        return {
            "paper": str(self.is_paper).lower(),
            "withdrawal_wait": f"{hours} hours",
            "staff_for_customers": self.staff_for_customers or ("any" if self.is_paper else "read"),
            "deposit_approval_from": self.deposit_approval_from
            or ("never" if self.is_paper else "10000"),
        }

    @property
    def api_speaks_tls(self) -> bool:
        """Whether the API encrypts: always where others may listen, unless it was said."""
        if self.api_tls is not None:
            return self.api_tls
        return self.api_host not in ("127.0.0.1", "::1", "localhost")

    def environment(self) -> dict[str, str]:
        """The variables that make a child process read the same settings again."""
        pairs = ((each.metadata["env"], getattr(self, each.name)) for each in fields(self))
        return {name: _format(name, value) for name, value in pairs if _is_set(name, value)}


def _is_set(name: str, value: object) -> bool:
    return value is not None or name == "FINANCEBUY_MARKET_DAYS_PER_MINUTE"


def _format(name: str, value: object) -> str:
    if name == "FINANCEBUY_MARKET_DAYS_PER_MINUTE" and value is None:
        return "real"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse(each: "Field[Any]", text: str) -> Any:
    try:
        return each.metadata["parse"](text)
    except ValueError as error:
        raise InvalidSettingError(f"{each.metadata['env']} {error} (it is {text!r})") from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(
        name for name in environ if name.startswith("FINANCEBUY_") and name not in known
    )
    if unknown:
        raise InvalidSettingError(f"no such setting: {', '.join(unknown)}")


def _default_data_dir(environ: Mapping[str, str], uid: int) -> Path:
    if uid == 0:
        return Path("/var/lib/financebuy")
    home = environ.get("XDG_DATA_HOME") or Path(environ.get("HOME") or Path.home()) / ".local/share"
    return Path(home).resolve() / "financebuy"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the reference: a variable's name and what it does."""

    name: str
    help: str


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(each.metadata["env"], each.metadata["help"]) for each in fields(Settings)
)
