"""Debian's Chromium before a running API; its virtual authenticator is the person's device."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from financebuy.cluster import ports
from tests.support.api import Api, serve
from tests.support.databases import Database, clone
from tests.support.valkey import valkey_server

FIND = Path(__file__).resolve().parents[2] / "tools" / "find-browser"


@pytest.fixture(scope="module")
def api(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Known to browsers as localhost: passkeys are not for bare addresses."""
    port = ports.any_free()
    settings = {"FINANCEBUY_PUBLIC_URL": f"http://localhost:{port}"}
    data = tmp_path_factory.mktemp("browser") / "data"
    with (
        valkey_server(tmp_path_factory.mktemp("valkey")) as valkey,
        clone(template) as database,
        serve(database, data, valkey, settings, port) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = subprocess.run([FIND], capture_output=True, text=True, check=True).stdout.strip()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()
