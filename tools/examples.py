"""Run the examples of a Markdown page: `examples.py check|write PAGE NAME`.

An example stands between `<!-- NAME:start -->` and `<!-- NAME:end -->`, as fenced `console` blocks:
a line `$ command` (continued by a final backslash, or by lines that start with `> `), then what it
prints. All commands of an example run in one shell, so that variables last.

`write` puts what was printed into the page; `check` compares, with what differs from run to run
(ids, times, amounts) masked. Either needs the platform that the example talks to.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")
SEPARATOR = "\x1e"
TIMEOUT_S = 300
# From run to run other ids, keys, times and amounts come out; the shape stays.
MASKS = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "ID",
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?": "TIME",
    r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{12,}\b": "KEY",
    r"[-+]?\d[\d,]*(\.\d+)?": "N",
    r"[─━═-]{2,}": "--",
    r"[ \t]+": " ",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an example, and what it prints."""

    command: str
    output: str


class ExampleFailedError(Exception):
    """A command of an example did not succeed."""


def example(page: str, name: str) -> str:
    """The part of a page's text that is the example `name`."""
    found = re.search(rf"(?s)<!-- {name}:start -->\n(.*?)<!-- {name}:end -->", page)
    if not found:
        raise LookupError(f"no example {name!r}")
    return found[1]


def steps(block: str) -> Iterator[Step]:
    """The commands of one console block, with what the page says that they print."""
    command: list[str] = []
    output: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield Step("\n".join(command), "\n".join(output))
            command, output = [line[2:]], []
        elif not output and command and (command[-1].endswith("\\") or line.startswith("> ")):
            command.append(line.removeprefix("> "))
        else:
            output.append(line)
    if command:
        yield Step("\n".join(command), "\n".join(output))


def run(commands: list[str], cwd: Path, environment: Mapping[str, str]) -> list[str]:
    """What each command prints (both streams), all run in one shell that ends at a failure."""
    script = "\n".join(f"{command}\nprintf '\\036'" for command in commands)
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    *printed, last = done.stdout.split(SEPARATOR)
    if done.returncode:
        failed = commands[len(printed)]
        raise ExampleFailedError(f"exit code {done.returncode}\n$ {failed}\n{last}")
    return [text.strip("\n") for text in printed]


def masked(output: str) -> list[str]:
    """The lines of an output without what differs from run to run."""
    for pattern, mask in MASKS.items():
        output = re.sub(pattern, mask, output)
    return [line.strip() for line in output.splitlines() if line.strip()]


def differences(
    page: str, name: str, cwd: Path, environment: Mapping[str, str]
) -> list[tuple[Step, str]]:
    """The steps that print something else than the page says, each with what it prints."""
    wanted = [step for block in BLOCK.findall(example(page, name)) for step in steps(block)]
    printed = run([step.command for step in wanted], cwd, environment)
    return [
        (step, output)
        for step, output in zip(wanted, printed, strict=True)
        if masked(step.output) != masked(output)
    ]


def rewritten(page: str, name: str, cwd: Path, environment: Mapping[str, str]) -> str:
    """The page with what the example prints now."""
    old = example(page, name)
    commands = [step.command for block in BLOCK.findall(old) for step in steps(block)]
    printed = iter(run(commands, cwd, environment))

    def block(found: re.Match[str]) -> str:
        lines = []
        for step in steps(found[1]):
            lines += [*_prompted(step.command), *filter(None, [next(printed)])]
        return "\n".join(["```console", *lines, "```"])

    return page.replace(old, BLOCK.sub(block, old))


def _prompted(command: str) -> Iterator[str]:
    """The lines of a command as a terminal shows them."""
    prompt = "$ "
    for line in command.split("\n"):
        yield prompt + line
        prompt = "" if line.endswith("\\") else "> "


def main(action: str, path: Path, name: str, environment: Mapping[str, str]) -> int:
    """Check or write the example `name` of the page at `path`; returns the exit code."""
    page = path.read_text(encoding="utf-8")
    if action == "write":
        path.write_text(rewritten(page, name, Path.cwd(), environment), encoding="utf-8")
        return 0
    wrong = differences(page, name, Path.cwd(), environment)
    for step, output in wrong:
        print(f"$ {step.command}\n--- the page says\n{step.output}\n--- it prints\n{output}")
    return 2 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in {"check", "write"}:
        sys.exit("usage: examples.py check|write PAGE NAME")
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], os.environ))
