"""The page on `financebuy.connect()` lists what a connection can do."""

import re
from pathlib import Path
from uuid import uuid4

from financebuy.client.feature import Feature
from financebuy.client.surface import FinanceBuy
from financebuy.services.caller import Caller

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "in-process.md"
ROW = re.compile(r"^\| `fb\.(\w+)` \| (.*) \|$", re.MULTILINE)


def test_every_use_case_is_listed() -> None:
    page = {name: re.findall(r"`(\w+)`", calls) for name, calls in ROW.findall(PAGE.read_text())}
    features = vars(FinanceBuy(None, Caller(uuid4())))  # type: ignore[arg-type]  # nothing is called
    has = {
        name: [each for each in vars(type(feature)) if not each.startswith("_")]
        for name, feature in features.items()
        if isinstance(feature, Feature)
    }
    assert {n: sorted(c) for n, c in page.items()} == {n: sorted(c) for n, c in has.items()}
