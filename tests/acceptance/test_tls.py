"""The API over TLS: who trusts the platform's authority gets in, and a rotation stops nothing."""

import http.client
import json
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from financebuy.cluster import ports, transport
from financebuy.cluster.endpoints import Endpoints
from tests.acceptance.platforms import CommandLine


def get(endpoints: Endpoints, path: str, authority: Path) -> int:
    """The status of an HTTPS GET."""
    context = ssl.create_default_context(cafile=authority)
    port = endpoints.state.api.port
    connection = http.client.HTTPSConnection("localhost", port, timeout=30, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def get_plain(endpoints: Endpoints, path: str) -> int:
    """The same without TLS."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoints.state.api.port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_api_speaks_tls_where_it_is_told_to(data_dir: Path) -> None:
    platform = CommandLine(
        data_dir,
        {
            "FINANCEBUY_API_TLS": "true",
            "FINANCEBUY_API_PORT": str(ports.any_free()),
            "FINANCEBUY_POSTGRES_PORT": str(ports.any_free()),
        },
    )
    try:
        printed = platform.up()
        endpoints = Endpoints.read(data_dir)
        assert endpoints.api_url.startswith("https://")
        assert endpoints.api_url in printed.stdout + printed.stderr
        authority = endpoints.directory.ca_certificate
        assert get(endpoints, "/readyz", authority) == 200
        # Who does not know the authority is not served, and neither is who comes without TLS.
        with pytest.raises(ssl.SSLCertVerificationError):
            get(endpoints, "/readyz", Path(ssl.get_default_verify_paths().openssl_cafile))
        with pytest.raises((http.client.HTTPException, OSError)):
            get_plain(endpoints, "/readyz")

        before, pid = transport.shown_by_api(endpoints), platform.pids()["api"]
        rotated = subprocess.run(
            [sys.executable, "-m", "financebuy", "tls", "rotate", "--data", str(data_dir)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert rotated.returncode == 0, rotated.stderr
        shown = transport.shown_by_api(endpoints)
        assert shown is not None
        assert shown != before
        assert shown == transport.shown_by_postgres(endpoints)
        assert platform.pids()["api"] == pid
        assert get(endpoints, "/readyz", authority) == 200
        assert json.loads(platform.run("status", "-o", "json").stdout)["warnings"] == []
    finally:
        platform.run("down")
