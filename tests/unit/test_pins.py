"""The pins of `requirements/` are fresh: what pyproject.toml asks for is there, hashed."""

import re
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tools import pins

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["runtime", "build", "dev"])
def test_the_pins_cover_pyproject(name: str) -> None:
    pinned = pins.read(ROOT / "requirements" / f"{name}.txt")
    missing = [
        str(requirement)
        for requirement in pins.wanted(ROOT / "pyproject.toml", name)
        if not any(
            pin.satisfies(requirement) for pin in pinned[canonicalize_name(requirement.name)]
        )
    ]
    assert not missing, "run `make requirements`"


@pytest.mark.parametrize("name", ["runtime", "build"])
def test_the_pins_of_dev_agree(name: str) -> None:
    dev = pins.read(ROOT / "requirements" / "dev.txt")
    pinned = pins.read(ROOT / "requirements" / f"{name}.txt")
    other = {
        package: (found, dev[package])
        for package, found in pinned.items()
        if {pin.version for pin in found} - {pin.version for pin in dev[package]}
    }
    assert not other


@pytest.mark.parametrize("name", ["runtime", "build", "dev"])
def test_each_pin_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|^--?(?:i|f|index|extra|find)\b", text, re.MULTILINE)
    pinned = pins.read(ROOT / "requirements" / f"{name}.txt")
    assert pinned
    assert all(pin.hashes > 0 for found in pinned.values() for pin in found)
