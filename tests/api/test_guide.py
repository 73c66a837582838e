"""The guide's example prints what the guide says."""

import os
from pathlib import Path

from tests.support.api import serve
from tests.support.databases import Database, clone
from tests.support.directories import add_demo_users
from tools import examples

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guides" / "http.md"


def test_the_guide(template: Database, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with clone(template) as database, serve(database, data) as api:
        api.world.open_market()
        api.world.security("AAPL", 100)
        add_demo_users(data)
        page = GUIDE.read_text(encoding="utf-8").replace("http://localhost:8080", api.url)
        environment = os.environ | {"FINANCEBUY_DATA": str(data)}
        assert not examples.differences(page, "http", ROOT, environment)
