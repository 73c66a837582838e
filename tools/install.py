"""Install FinanceBuy and what it needs into .venv, from hashed pins: `install.py runtime|dev`.

Does nothing when the pins have not changed since the last time. Uses uv where it is on the
PATH (it is faster) and pip elsewhere. Runs on a bare Python >= 3.11.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / ".venv.lock"
# "dev" contains the runtime and the build pins at the same versions; a unit test proves it.
PINS = {"runtime": ["runtime.txt", "build.txt"], "dev": ["dev.txt"]}


def main(group: str) -> int:
    """Bring .venv up to the pins of `group`; returns the exit code."""
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once must not install over each other
        if installed("dev") or installed(group):
            return 0
        started = time.monotonic()
        say(f"installing the {group} packages into .venv")
        try:
            make_venv()
            install(group)
        except subprocess.CalledProcessError as error:
            say(f"failed: {error.cmd[0]} exited with {error.returncode}")
            return 1
        stamp(group).write_text(fingerprint(group))
        say(f"ready in {time.monotonic() - started:.0f} s")
        return 0


def installed(group: str) -> bool:
    """Whether .venv works and was made from the pins as they are now."""
    if not stamp(group).exists() or stamp(group).read_text() != fingerprint(group):
        return False
    return works()


def works() -> bool:
    """Whether .venv has an interpreter that still runs."""
    try:
        subprocess.run([VENV / "bin" / "python", "-c", ""], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def make_venv() -> None:
    """Make .venv, anew when its interpreter has gone; a working one is kept."""
    if works():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(group: str) -> None:
    """Install the pins of `group` as wheels with checked hashes, then FinanceBuy in place."""
    pins: list[str | Path] = []
    for name in PINS[group]:
        pins += ["-r", ROOT / "requirements" / name]
    installer = pip()
    subprocess.run([*installer, "--require-hashes", "--only-binary", ":all:", *pins], check=True)
    subprocess.run([*installer, "--no-deps", "--no-build-isolation", "-e", ROOT], check=True)


def pip() -> list[str | Path]:
    """The command that installs into .venv, without its arguments."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", VENV / "bin" / "python"]
    # Twice quiet: pip warns of each unused index of the machine once a package.
    return [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--quiet"]


def fingerprint(group: str) -> str:
    """A hash of all that decides what `group` installs."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    decides = hashlib.sha256(repr((pyproject["build-system"], pyproject["project"])).encode())
    for name in PINS[group]:
        decides.update((ROOT / "requirements" / name).read_bytes())
    return decides.hexdigest()


def stamp(group: str) -> Path:
    """The file that says what .venv was made from."""
    return VENV / f".installed-{group}"


def say(text: str) -> None:
    """Tell the person at the terminal; stdout is left to data."""
    print(f"install: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PINS:
        sys.exit(f"usage: install.py {'|'.join(PINS)}")
    sys.exit(main(sys.argv[1]))
