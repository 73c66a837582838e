"""`financebuy doctor`: what is wrong with this platform, and the command that mends it."""

import os
import textwrap
import time
from collections import Counter
from typing import Annotated

import typer

from financebuy.cli.apps import examples, single
from financebuy.cli.exit_codes import FINDINGS, NOT_EVALUATED
from financebuy.cli.options import DataOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, resolve, say
from financebuy.doctor.checks import Result, Row, Severity, Verdict
from financebuy.doctor.examination import choose, examine
from financebuy.doctor.subject import open_subject
from financebuy.settings import Settings

app = single()

_COLUMNS = ("check", "severity", "verdict", "found", "title", "evidence", "fix")
_WIDTH = 80
_EVIDENCE_SHOWN = 3


@app.command(
    epilog=examples(
        "financebuy doctor",
        "financebuy doctor roles files",
        "financebuy doctor settings.fsync_is_on",
        "financebuy doctor --severity high -o json",
    )
)
def doctor(
    checks: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHECK", help="Only these: ids, or whole areas."),
    ] = None,
    severity: Annotated[
        Severity, typer.Option("--severity", help="Only checks that are at least so severe.")
    ] = Severity.LOW,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Look for what is wrong: settings, roles, rights, schema, files, certificates, the audit.

    Nothing is written. Each check that fails says what it saw and the command that mends it. One
    that could not look is "not evaluated", which is no pass. Exit code 0: all pass. 2: one fails.
    3: none fails, and one was not evaluated.
    """
    chosen = choose(checks or (), severity)
    begun = time.monotonic()
    with open_subject(Settings.read(os.environ, data)) as subject:
        results = examine(subject, chosen)
    seconds = time.monotonic() - begun
    _show(results, seconds, output)
    verdicts = {each.verdict for each in results}
    if Verdict.FAIL in verdicts:
        raise typer.Exit(FINDINGS)
    if Verdict.NOT_EVALUATED in verdicts:
        raise typer.Exit(NOT_EVALUATED)


def _show(results: list[Result], seconds: float, output: Format | None) -> None:
    counts = Counter(each.verdict for each in results)
    match resolve(output):
        case Format.JSON:
            _show_record(results, counts, seconds)
        case Format.TABLE:
            _show_page(results)
        case _:
            print_rows([_line(each) for each in results], _COLUMNS, output)
    words = ", ".join(f"{counts[each]} {_WORDS[each]}" for each in Verdict)
    say(f"{len(results)} checks in {seconds:.2f} s: {words}")


_WORDS = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.NOT_EVALUATED: "not evaluated"}


def _show_record(results: list[Result], counts: Counter[Verdict], seconds: float) -> None:
    record = {
        "good": counts[Verdict.PASS] == len(results),
        "counts": {str(each): counts[each] for each in Verdict},
        "seconds": round(seconds, 3),
        "checks": [
            {
                "id": each.check.id,
                "title": each.check.title,
                "severity": str(each.check.severity),
                "reference": each.check.reference,
                "verdict": str(each.verdict),
                "found": each.total,
                "evidence": each.evidence,
                "fixes": each.fixes,
                "reason": each.reason,
            }
            for each in results
        ],
    }
    print_record(record, Format.JSON)


def _line(result: Result) -> Row:
    return {
        "check": result.check.id,
        "severity": str(result.check.severity),
        "verdict": str(result.verdict),
        "found": result.total,
        "title": result.check.title,
        "evidence": result.reason or "; ".join(_seen(row) for row in result.evidence),
        "fix": " ".join(result.fixes),
    }


def _show_page(results: list[Result]) -> None:
    """A table of the areas, then whatever does not pass: no more than 80 columns wide."""
    areas = dict.fromkeys(each.check.area for each in results)
    rows = [_area(area, [e for e in results if e.check.area == area]) for area in areas]
    print_rows(rows, list(rows[0]) if rows else [], Format.TABLE)
    for each in sorted(results, key=_severity):
        if each.verdict is Verdict.FAIL:
            typer.echo("\n" + "\n".join(_failed(each)))
    missing = [each for each in results if each.verdict is Verdict.NOT_EVALUATED]
    # A database that is stopped is the reason of most.
    for reason in dict.fromkeys(each.reason for each in missing):
        names = [each.check.id for each in missing if each.reason == reason]
        typer.echo("\n" + "\n".join(_missing(str(reason), names)))


def _severity(result: Result) -> int:
    return list(Severity).index(result.check.severity)


def _area(area: str, results: list[Result]) -> Row:
    counts = Counter(each.verdict for each in results)
    return {"area": area} | {_WORDS[each]: counts[each] for each in Verdict}


def _missing(reason: str, names: list[str]) -> list[str]:
    """The checks that could not look for one reason."""
    return ["NOT EVALUATED", *_wrapped("", ", ".join(names)), *_wrapped("why: ", reason)]


def _failed(result: Result) -> list[str]:
    """One check in lines. Commands are whole, however long, so that they can be copied."""
    check = result.check
    lines = [f"FAIL  {check.severity}  {check.id}", *_wrapped("", check.title)]
    for row in result.evidence[:_EVIDENCE_SHOWN]:
        lines += _wrapped("seen: ", _seen(row))
    if result.total > _EVIDENCE_SHOWN:
        lines += _wrapped("", f"and {result.total - _EVIDENCE_SHOWN} more (-o json)")
    lines += [f"  fix: {_printable(fix)}" for fix in result.fixes[:_EVIDENCE_SHOWN]]
    return [*lines, *_wrapped("see: ", check.reference)]


def _wrapped(word: str, text: str) -> list[str]:
    first, rest = f"  {word}", "  " + " " * len(word)
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=rest)


def _seen(row: Row) -> str:
    return ", ".join(f"{name} {_printable(str(value))}" for name, value in row.items())


def _printable(text: str) -> str:
    """Without what would steer the terminal: a name in the catalogue may hold anything."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
