"""Find what no tracked file may say: machine paths, registry hosts, trackers, container needs.

A clone must build anywhere: whatever names the machine it was written on, or where a package
was downloaded from, works there only. Prints `file:line: what` and exits 1 on a finding.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each pattern is spelled so that it does not match itself.
ANYWHERE = {
    "names a package registry": r"pypi\.org|pythonhosted\.or[g]|deb\.debian\.or[g]|npmjs\.or[g]",
    "names a path of one machine": r"/wor[k]/|/root/\.pyen[v]|\.pyen[v]/versions|/opt/pyp[i]",
    "names a tracker's number": r"(?i)\b(?:issue|ticket|pull request) #?\d+\b",
    "is a merge's leftover": r"^(?:<{7}|>{7}) ",
}
# Nothing that builds, tests or runs the platform may need a container.
IN_BUILD_FILES = {"needs a container": r"(?i)\b(?:docke[r]|podma[n])\b"}
BUILD_FILES = ("Makefile", ".ci/", "tools/", "pyproject.toml", "requirements/", "src/", "tests/")


def findings(name: str) -> Iterator[str]:
    """What is wrong in the tracked file `name`."""
    patterns = ANYWHERE | (IN_BUILD_FILES if name.startswith(BUILD_FILES) else {})
    try:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return  # data
    for number, line in enumerate(lines, start=1):
        for problem, pattern in patterns.items():
            if re.search(pattern, line):
                yield f"{name}:{number}: {problem}: {line.strip()[:100]}"


def main() -> int:
    """Check every tracked file; returns the exit code."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    found = [finding for name in names for finding in findings(name)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
