"""URLs of the platform's servers."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from financebuy.cluster.endpoints import as_role, verified


def test_another_role_of_the_same_server_keeps_the_options() -> None:
    url = as_role(
        "postgresql://o:s3cret@db.example:6432/app?sslmode=verify-full",  # pragma: allowlist secret
        "app_user",
        "p@ss/w",  # pragma: allowlist secret
    )
    assert "//o:" not in url
    assert "s3cret" not in url
    assert url.startswith("postgresql://app_user:p%40ss%2Fw@/app?")  # pragma: allowlist secret
    assert "host=db.example" in url
    assert "port=6432" in url
    assert "sslmode=verify-full" in url


def test_several_hosts_stay_several() -> None:
    url = as_role("postgresql://o@a.example:1,b.example:2/app", "r", "p")
    assert "host=a.example,b.example" in url
    assert "port=1,2" in url


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://o:p@db.example/app", "verify-full"),  # pragma: allowlist secret
        ("postgresql://o@a.example,b.example/app", "verify-full"),
        ("postgresql://o@localhost,b.example/app", "verify-full"),
        ("postgresql://o@db.example/app?sslmode=require", "require"),
        ("postgresql://o@localhost:5433/app", None),
        ("postgresql://o@127.0.0.1/app", None),
        ("postgresql://o@/app?host=/run/postgresql", None),
    ],
)
def test_a_server_elsewhere_proves_who_it_is_unless_told_otherwise(
    url: str, mode: str | None
) -> None:
    given, asked = conninfo_to_dict(verified(url)), conninfo_to_dict(url)
    assert given.pop("sslmode", None) == mode
    assert given.pop("sslrootcert", None) == ("system" if mode == "verify-full" else None)
    asked.pop("sslmode", None)
    assert given == asked


def test_a_file_of_whom_to_trust_stays() -> None:
    given = conninfo_to_dict(verified("postgresql://o@db.example/app?sslrootcert=/ca.crt"))
    assert (given["sslmode"], given["sslrootcert"]) == ("verify-full", "/ca.crt")
