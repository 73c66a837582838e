"""`financebuy check`: proof that the books balance, and that nobody may or sees too much."""

import typer

from financebuy.cli.apps import examples, noun
from financebuy.cli.exit_codes import FINDINGS
from financebuy.cli.options import DataOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, say
from financebuy.cli.session import Session
from financebuy.cli.values import rows
from financebuy.services import card_numbers, checks
from financebuy.services.checks import CheckResult

app = noun("Proof that what should hold does hold.")

_COLUMNS = ("check", "rows", "holds")


@app.command(epilog=examples("financebuy check books", "financebuy check books -o json"))
def books(data: DataOption = None, output: OutputOption = None) -> None:
    """Check every invariant of the books, in one snapshot, and print the rows that break one.

    Exit code 0: all hold. 2: one does not.
    """
    results = Session(data).as_platform(checks.check_books, ("auditor",))
    report(results, output)
    if any(result.total for result in results):
        raise typer.Exit(FINDINGS)


@app.command(epilog=examples("financebuy check access", "financebuy check access -o json"))
def access(data: DataOption = None, output: OutputOption = None) -> None:
    """Check who may do what: row security, rights, owners, functions, views, roles.

    Each check is a query of the database's catalogue that must return no rows. Exit code 0: all
    hold. 2: one does not.
    """
    results = Session(data).as_platform(checks.check_access, ("auditor",))
    report(results, output, "nobody may do more than was meant")
    if any(result.total for result in results):
        raise typer.Exit(FINDINGS)


@app.command(epilog=examples("financebuy check cards", "financebuy check cards -o json"))
def cards(data: DataOption = None, output: OutputOption = None) -> None:
    """Look for card numbers in every text of every table: none belongs there.

    The worker looks each night and opens an exception (kind `card_number`). The numbers are not
    shown. Exit code 0: there is none. 2: there are.
    """
    found = Session(data).as_platform(card_numbers.check_cards, (card_numbers.ROLE,))
    print_rows(rows(found), ("table_name", "column_name", "record", "last_four"), output)
    if found:
        raise typer.Exit(FINDINGS)


def report(
    results: list[CheckResult], output: Format | None, good: str = "the books balance"
) -> None:
    """Print each check, then the exact rows of those that found any."""
    found = [{"check": each.name, "rows": each.total, "holds": each.title} for each in results]
    if output is Format.JSON:
        print_record(
            {
                "good": not any(each.total for each in results),
                "checks": [
                    line | {"findings": each.rows}
                    for line, each in zip(found, results, strict=True)
                ],
            },
            output,
        )
        return
    print_rows(found, _COLUMNS, output)
    for each in results:
        if each.total:
            typer.echo(f"\n{each.name}: {each.total} rows, the first {len(each.rows)}:")
            print_rows(each.rows, list(each.rows[0]), output)
    broken = sum(1 for each in results if each.total)
    say(
        f"{broken} of {len(results)} invariants are broken"
        if broken
        else f"{good}: {len(results)} invariants hold"
    )
