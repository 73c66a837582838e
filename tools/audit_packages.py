"""Ask whether a pinned package has a known vulnerability (pip-audit --strict).

Where the service that knows does not answer, nothing is known: the verdict is "not evaluated", said
loudly, and nothing fails, since the code is no worse for it. Exit codes: 0 none known or not
evaluated, 1 vulnerable.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "requirements" / "runtime.txt"
_SECONDS = 120


def audit(pins: Path) -> tuple[list[dict[str, Any]] | None, str]:
    """Return every package with its vulnerabilities, or None and why nothing is known."""
    command = [
        sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes",
        "--requirement", str(pins), "--format", "json", "--progress-spinner", "off",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"no answer within {_SECONDS} s"
    try:
        return json.loads(done.stdout)["dependencies"], ""
    except (ValueError, KeyError):
        told = done.stderr.strip().splitlines()
        return None, told[-1] if told else f"exit code {done.returncode} without a word"


def verdict(packages: list[dict[str, Any]] | None, why: str) -> tuple[int, list[str]]:
    """Return the exit code and what to print."""
    if packages is None:
        return 0, [
            "audit_packages: NOT EVALUATED: the service that knows vulnerabilities did not answer.",
            f"audit_packages: NOT EVALUATED: {why}",
        ]
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, fixed in"
        f" {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in packages
        for found in package.get("vulns", [])
    ]
    lines += [
        f"{each['name']}: {each['skip_reason']}" for each in packages if "skip_reason" in each
    ]
    told = f"audit_packages: {len(packages)} packages, {len(lines)} findings"
    return (1 if lines else 0), [*lines, told]


def main() -> int:
    """Audit the pins of the runtime; returns the exit code."""
    code, lines = verdict(*audit(PINS))
    print("\n".join(lines), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
