"""Look for secrets in what is tracked: keys of services, private keys, passwords in URLs, tokens.

    check_secrets.py [FILE ...]      by default every tracked file

Passwords that are assigned in Python are ruff's to find. What is no secret is excused on its line:
`pragma: allowlist secret`. Pins are hashes, and market data are numbers: neither is looked at.
Tests hold published vectors of hashes and signatures, so random text is looked for elsewhere.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from detect_secrets.core.scan import scan_file
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parents[1]
_PLUGINS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector",
    "CloudantDetector", "GitHubTokenDetector", "GitLabTokenDetector", "JwtTokenDetector",
    "MailchimpDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector",
    "PypiTokenDetector", "SendGridDetector", "SlackDetector", "SquareOAuthDetector",
    "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
_ENTROPY = (
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "HexHighEntropyString", "limit": 3.0},
)
_SETTINGS: dict[str, list[Any]] = {
    "plugins_used": [{"name": name} for name in _PLUGINS],
    "filters_used": [
        {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"},
        {"path": "detect_secrets.filters.heuristic.is_sequential_string"},
        {"path": "detect_secrets.filters.heuristic.is_potential_uuid"},
        {"path": "detect_secrets.filters.heuristic.is_templated_secret"},
    ],
}
_NOT_LOOKED_AT = ("requirements/", "src/financebuy/market/data/", "docs/reference/schema.sql")
_BINARY = {".png", ".svg", ".parquet", ".arrow", ".feather"}


def tracked() -> list[Path]:
    """Every tracked text file."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [
        ROOT / name
        for name in listed
        if name and not name.startswith(_NOT_LOOKED_AT) and Path(name).suffix not in _BINARY
    ]


def findings(paths: list[Path]) -> list[str]:
    """Each suspicious line: where it is and what it looks like, never the secret."""
    tests = [path for path in paths if path.is_relative_to(ROOT / "tests")]
    others = [path for path in paths if path not in set(tests)]
    plugins = [*_SETTINGS["plugins_used"], *_ENTROPY]
    return _scan(tests, _SETTINGS) + _scan(others, _SETTINGS | {"plugins_used": plugins})


def _scan(paths: list[Path], settings: dict[str, list[Any]]) -> list[str]:
    with transient_settings(settings):
        return [
            f"{path}:{secret.line_number}: {secret.type}"
            for path in paths
            for secret in scan_file(str(path))
        ]


def main(arguments: list[str]) -> int:
    """Print what was found; 1 when there is anything."""
    paths = [Path(name) for name in arguments] or tracked()
    found = findings(paths)
    for line in found:
        print(line)
    print(f"check_secrets: {len(paths)} files, {len(found)} findings", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
