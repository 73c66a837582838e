"""URLs of the platform's servers."""

from financebuy.cluster.endpoints import as_role


def test_another_role_of_the_same_server_keeps_the_options() -> None:
    url = as_role(
        "postgresql://owner:s3cret@db.example:6432/app?sslmode=verify-full",
        "app_user",
        "p@ss/w",  # pragma: allowlist secret
    )
    assert "owner" not in url
    assert "s3cret" not in url
    assert url.startswith("postgresql://app_user:p%40ss%2Fw@/app?")  # pragma: allowlist secret
    assert "host=db.example" in url
    assert "port=6432" in url
    assert "sslmode=verify-full" in url


def test_several_hosts_stay_several() -> None:
    url = as_role("postgresql://o@a.example:1,b.example:2/app", "r", "p")
    assert "host=a.example,b.example" in url
    assert "port=1,2" in url
