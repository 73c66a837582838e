"""Check that every relative link and anchor of the tracked Markdown files leads somewhere.

Links to the web are not followed: the check needs no network. Prints `file:line: what` and
exits 1 on a finding.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:src|srcset|href)=\"([^\"]+)\"")
WEB = re.compile(r"[a-z][a-z0-9+.-]*:")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines of a Markdown text that are not code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    found: set[str] = set()
    fenced = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else re.match(r"#{1,6}\s+(.+?)\s*#*$", line)
        if heading:
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
        found.update(re.findall(r"(?:id|name)=\"([^\"]+)\"", line))
    return found


def problem(page: Path, link: str) -> str | None:
    """Why `link` on `page` leads nowhere, or None."""
    if WEB.match(link):
        return None
    target, _, anchor = link.partition("#")
    path = (page.parent / target).resolve() if target else page
    if not path.is_relative_to(ROOT):
        return "leads out of the repository"
    if not path.exists():
        return "no such file"
    if anchor and path.suffix == ".md" and anchor not in anchors(path):
        return "no such heading"
    return None


def main() -> int:
    """Check every tracked page; returns the exit code."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found = 0
    for name in filter(None, listed.stdout.split("\0")):
        page = ROOT / name
        if not page.exists():
            continue
        for number, line in prose(page.read_text(encoding="utf-8")):
            for match in LINK.finditer(line):
                link = match[1] or match[2]
                reason = problem(page, link)
                if reason:
                    found += 1
                    print(f"{name}:{number}: {link}: {reason}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
