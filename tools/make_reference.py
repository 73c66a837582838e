"""Write the reference pages that are made from the code: `make_reference.py`."""

import sys
from pathlib import Path

from financebuy.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
SETTINGS_PAGE = ROOT / "docs" / "reference" / "settings.md"


def settings_page() -> str:
    """The page of settings, as Markdown."""
    rows = "\n".join(f"| `{setting.name}` | {setting.help} |" for setting in SETTINGS)
    return f"""# Settings

<!-- Made by `make reference`. -->

FinanceBuy is configured by environment variables. An empty one counts as unset. A value that cannot
be used, or a `FINANCEBUY_*` variable that nobody reads, ends the program with exit code 64.

| variable | what it does |
|---|---|
{rows}
"""


def main() -> int:
    """Write the pages; returns the exit code."""
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
