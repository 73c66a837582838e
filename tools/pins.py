"""Read the pins of `requirements/*.txt`, and what `pyproject.toml` asks of them."""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version


@dataclass(frozen=True, slots=True)
class Pin:
    """One package at one version, perhaps for some machines only."""

    version: Version
    extras: frozenset[str]
    hashes: int
    """Number of files that may be installed for it."""

    def satisfies(self, requirement: Requirement) -> bool:
        """Whether this pin is what `requirement` allows, with all of its extras."""
        return (
            requirement.specifier.contains(self.version, prereleases=True)
            and requirement.extras <= self.extras
        )


def read(path: Path) -> dict[NormalizedName, list[Pin]]:
    """The pins of a requirements file by package; a package without one has an empty list."""
    found: dict[NormalizedName, list[Pin]] = defaultdict(list)
    joined = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in joined.splitlines():
        pinned, *hashes = re.split(r"\s+--hash=", line.split(" #")[0].strip())
        if not pinned or pinned.startswith("#"):
            continue
        requirement = Requirement(pinned)
        exact = next(iter(requirement.specifier))
        found[canonicalize_name(requirement.name)].append(
            Pin(Version(exact.version), frozenset(requirement.extras), len(hashes))
        )
    return found


def wanted(pyproject: Path, name: str) -> list[Requirement]:
    """What `pyproject` asks `requirements/<name>.txt` to pin; "dev" asks for everything."""
    content = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    groups = content["dependency-groups"]
    texts = [] if name == "build" else list(content["project"]["dependencies"])
    texts += [
        text for group in ("build", "dev") for text in groups[group] if name in {group, "dev"}
    ]
    return [Requirement(text) for text in texts if isinstance(text, str)]
