"""The settings: what is read, what is refused, and that children read the same again."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from financebuy.settings import SETTINGS, InvalidSettingError, Settings

DATA = {"FINANCEBUY_DATA": "/data"}


def test_an_empty_environment_gives_a_paper_platform() -> None:
    settings = Settings.read(DATA)
    assert settings.is_paper
    assert settings.database_url is None
    assert settings.market_start == date(2012, 6, 1)
    assert settings.market_days_per_minute == Decimal(1)


def test_the_argument_wins_over_the_variable() -> None:
    assert Settings.read(DATA, data_dir=Path("/other")).data_dir == Path("/other")


def test_links_in_the_data_directorys_path_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    settings = Settings.read({"FINANCEBUY_DATA": str(tmp_path / "link" / "data")})
    assert settings.data_dir == (tmp_path / "data").resolve()


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.read({**DATA, "FINANCEBUY_API_PORT": ""}).api_port is None


def test_ones_own_database_is_not_paper_unless_asked() -> None:
    own = {**DATA, "FINANCEBUY_DATABASE_URL": "postgresql://db.example/app"}
    assert not Settings.read(own).is_paper
    assert Settings.read({**own, "FINANCEBUY_PAPER": "yes"}).is_paper


def test_real_money_has_the_safe_rules_unless_asked() -> None:
    play = {
        "paper": "true", "withdrawal_wait": "0 hours", "staff_for_customers": "any",
        "deposit_approval_from": "never",
    }  # fmt: skip
    assert Settings.read(DATA).rules == play
    real = {
        "paper": "false", "withdrawal_wait": "24 hours", "staff_for_customers": "read",
        "deposit_approval_from": "10000",
    }  # fmt: skip
    own = {**DATA, "FINANCEBUY_DATABASE_URL": "postgresql://db.example/app"}
    assert Settings.read(own).rules == real
    chosen = {
        "FINANCEBUY_WITHDRAWAL_WAIT_HOURS": "0", "FINANCEBUY_STAFF_FOR_CUSTOMERS": "any",
        "FINANCEBUY_DEPOSIT_APPROVAL_FROM": "NEVER",
    }  # fmt: skip
    assert Settings.read({**own, **chosen}).rules == {**play, "paper": "false"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FINANCEBUY_WITHDRAWAL_WAIT_HOURS", "-1"),
        ("FINANCEBUY_WITHDRAWAL_WAIT_HOURS", "721"),
        ("FINANCEBUY_STAFF_FOR_CUSTOMERS", "trade"),
        ("FINANCEBUY_DEPOSIT_APPROVAL_FROM", "-1"),
        ("FINANCEBUY_DEPOSIT_APPROVAL_FROM", "NaN"),
        ("FINANCEBUY_DEPOSIT_APPROVAL_FROM", "some"),
        ("FINANCEBUY_API_PORT", "0"),
        ("FINANCEBUY_API_PORT", "65536"),
        ("FINANCEBUY_API_PORT", "80a"),
        ("FINANCEBUY_API_PORT", "-80"),
        ("FINANCEBUY_DATABASE_URL", "mysql://x"),
        ("FINANCEBUY_DATABASE_URL", "@/no/such/file"),
        ("FINANCEBUY_DATABASE_URL", "@/dev/null"),
        ("FINANCEBUY_PUBLIC_URL", "ftp://x"),
        ("FINANCEBUY_PUBLIC_URL", "https://example.com/path"),
        ("FINANCEBUY_REQUESTS_PER_SECOND", "0"),
        ("FINANCEBUY_PAPER", "maybe"),
        ("FINANCEBUY_MARKET_START", "2012-13-01"),
        ("FINANCEBUY_MARKET_DAYS_PER_MINUTE", "NaN"),
        ("FINANCEBUY_MARKET_DAYS_PER_MINUTE", "0"),
        ("FINANCEBUY_MARKET_DAYS_PER_MINUTE", "Infinity"),
        ("FINANCEBUY_MARKET_VOLUME_SHARE", "1.1"),
        ("FINANCEBUY_LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidSettingError, match=name):
        Settings.read({**DATA, name: value})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:hunter2@db.example/app",  # pragma: allowlist secret
        "postgresql://db.example/app?password=hunter2",
        "postgresql://db.example/app?sslmode=require&sslpassword=hunter2",
    ],
)  # fmt: skip
def test_a_password_is_taken_from_a_file_alone_and_never_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidSettingError, match="FINANCEBUY_DATABASE_URL") as refused:
        Settings.read({**DATA, "FINANCEBUY_DATABASE_URL": url})
    assert "hunter2" not in str(refused.value)
    file = tmp_path / "url"
    file.write_text(url + "\n")
    assert Settings.read({**DATA, "FINANCEBUY_DATABASE_URL": f"@{file}"}).database_url == url


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(InvalidSettingError, match="FINANCEBUY_API_PROT"):
        Settings.read({**DATA, "FINANCEBUY_API_PROT": "8080"})


def test_children_read_the_same_settings_again() -> None:
    chosen = replace(
        Settings.read(DATA),
        paper=False,
        api_port=9090,
        market_days_per_minute=None,
        market_start=date(2011, 1, 3),
    )
    assert Settings.read(chosen.environment()) == chosen


def test_every_setting_has_a_name_of_its_own_and_help() -> None:
    assert len({setting.name for setting in SETTINGS}) == len(fields(Settings))
    assert all(setting.help.endswith(".") for setting in SETTINGS)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"FINANCEBUY_API_HOST": "::1"}, False),
        ({"FINANCEBUY_API_HOST": "api.example"}, True),
        ({"FINANCEBUY_API_HOST": "10.0.0.1", "FINANCEBUY_API_TLS": "false"}, False),
        ({"FINANCEBUY_API_TLS": "true"}, True),
    ],
)
def test_the_api_speaks_tls_to_other_machines(environ: dict[str, str], expected: bool) -> None:
    assert Settings.read(environ).api_speaks_tls is expected
