"""What is typed and not passed: an argument stands in the shell's history and the process list."""

import getpass
import sys


def typed(prompt: str) -> str:
    """Ask for a line without showing it; from a pipe, read one."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{prompt}: ").strip()
    return sys.stdin.readline().strip()
