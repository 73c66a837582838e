"""One installation for all fixtures of the doctor."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.installation import Installation
from tests.support.servers import Servers


@pytest.fixture(scope="package")
def installation() -> Iterator[Installation]:
    """As `financebuy up` leaves it, without the platform's own programs."""
    parent = Path(tempfile.mkdtemp(prefix="financebuy-test-"))
    parent.chmod(0o755)
    servers = Servers(parent / "data")
    try:
        servers.start()
        made = Installation(servers)
        yield made
    finally:
        made.close()
        servers.supervisor.stop()
        shutil.rmtree(parent)
