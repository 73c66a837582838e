"""`financebuy audit`: proof that nobody has changed history."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from financebuy.bootstrap import Platform
from financebuy.cli import audit_upkeep
from financebuy.cli.apps import examples, noun
from financebuy.cli.audit_progress import bar
from financebuy.cli.exit_codes import FINDINGS, NOT_EVALUATED
from financebuy.cli.options import DataOption, OutputOption
from financebuy.cli.output import Format, print_record, print_rows, say
from financebuy.cli.session import Session
from financebuy.cli.values import identifier, moment
from financebuy.domain.audit import RowKey
from financebuy.errors import InvalidValueError
from financebuy.services.audit import searching
from financebuy.services.audit.exporting import Export, Exported, Selection
from financebuy.services.audit.findings import Report
from financebuy.services.audit.offline import verify_file
from financebuy.services.audit.outside import Directory
from financebuy.services.audit.proofs import Proof, problems_of, prove, read_proof
from financebuy.services.audit.rows import snapshot
from financebuy.services.audit.searching import AuditStatus, Filter, Line
from financebuy.services.audit.stores import open_stores
from financebuy.services.audit.verifying import Verification

app = noun("Proof that nobody has changed history: seals, signed heads, proofs.")

AUDITOR = ("auditor",)
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="The public key that must have signed."),
]
TableOption = Annotated[
    list[str] | None, typer.Option("--table", metavar="NAME", help="Only this table; repeatable.")
]
TimeOption = Annotated[
    str | None, typer.Option(metavar="TIME", help="As 2026-11-01 or 2026-11-01T10:15Z.")
]


@app.command(
    epilog=examples(
        "financebuy audit verify",
        "financebuy audit verify --file 2026.parquet --heads /mnt/heads",
        "financebuy audit verify --proof row.json --key KEY",
    )
)
def verify(
    file: Annotated[Path | None, typer.Option(help="An export instead of the database.")] = None,
    proof: Annotated[Path | None, typer.Option(help="The proof of one row instead.")] = None,
    heads: Annotated[Path | None, typer.Option(help="With --file: a directory of heads.")] = None,
    key: KeyOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Verify all history: every seal, every row, and the heads that are kept outside.

    A file or a proof is verified alone, without database and network. Exit code 0: all holds.
    2: something was changed, and each row is named. 3: nothing is sealed yet.
    """
    if proof is not None:
        _verify_proof(proof, key, output)
        return
    with bar("verifying") as tell:
        if file is not None:
            store = None if heads is None else Directory(heads)
            report = verify_file(file, trusted_key=key, store=store, progress=tell)
        else:

            async def work(platform: Platform) -> Report:
                stores = open_stores(platform.settings)
                async with platform.pools.long("auditor") as connection:
                    return await Verification(connection, stores, tell).run(key)

            report = Session(data).as_platform(work, AUDITOR)
    _show(report, output)


def _show(report: Report, output: Format | None) -> None:
    record = msgspec.to_builtins(report) | {"good": report.good}
    if output is Format.JSON:
        print_record(record, output)
    else:
        counts = ("epochs", "seals", "rows", "retired", "unsealed", "heads_outside", "key")
        print_record({name: record[name] for name in counts}, output)
        for note in report.notes:
            say(f"note: {note}")
        if report.findings:
            say("")
            rows = [msgspec.to_builtins(each) for each in report.findings]
            print_rows(rows, ("kind", "where", "what"), output)
    if not report.good:
        say(f"{report.count} findings: history is not what was sealed")
        raise typer.Exit(FINDINGS)
    if not report.seals:
        say("nothing is sealed yet")
        raise typer.Exit(NOT_EVALUATED)
    say(f"history is what was sealed: {report.rows} rows in {report.seals} seals")


def _verify_proof(file: Path, key: str | None, output: Format | None) -> None:
    try:
        proof = read_proof(file.read_bytes())
    except OSError as error:
        raise InvalidValueError(f"{file}: {error.strerror}", field="proof") from None
    problems = problems_of(proof, key)
    print_record(
        {"good": not problems, "row": str(RowKey(proof.table, proof.row_id, proof.number)),
         "payload": proof.payload, "key": proof.verifier_key, "problems": "; ".join(problems)},
        output,
    )  # fmt: skip
    if problems:
        raise typer.Exit(FINDINGS)


@app.command(epilog="Example: financebuy audit status -o json")
def status(data: DataOption = None, output: OutputOption = None) -> None:
    """Say how far the sealer is. Exit code 2: it has stopped."""

    async def work(platform: Platform) -> AuditStatus:
        async with platform.pools.connection("auditor") as connection:
            return await searching.status(connection)

    found = Session(data).as_platform(work, AUDITOR)
    print_record(msgspec.to_builtins(found), output)
    if found.stopped is not None:
        raise typer.Exit(FINDINGS)


@app.command(
    epilog=examples(
        "financebuy audit search --subject USER-ID",
        "financebuy audit search --action update --table users --since 2026-11-01",
    )
)
def search(
    actor: Annotated[str | None, typer.Option(help="Who did it, as user:ID.")] = None,
    subject: Annotated[str | None, typer.Option(help="The user concerned.")] = None,
    action: Annotated[str | None, typer.Option(help="As: read, update, deposit.")] = None,
    table: Annotated[str | None, typer.Option(help="The table that was changed.")] = None,
    record: Annotated[str | None, typer.Option(help="The record that was changed.")] = None,
    request: Annotated[str | None, typer.Option(help="The id of the request.")] = None,
    since: TimeOption = None,
    until: TimeOption = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List who did what, newest first; `seal` says which seal holds it."""
    wanted = Filter(
        actor=actor,
        subject_id=None if subject is None else identifier(subject, "subject"),
        action=action,
        table=table,
        record=record,
        request_id=request,
        since=moment(since, "since"),
        until=moment(until, "until"),
    )

    async def work(platform: Platform) -> list[Line]:
        async with platform.pools.long("auditor") as connection:
            return await searching.search(connection, wanted, limit=limit)

    rows = [msgspec.to_builtins(each) for each in Session(data).as_platform(work, AUDITOR)]
    columns = (
        "recorded_at", "actor", "actor_kind", "login", "key_id", "action", "record", "subject_id",
        "old_values", "new_values", "request_id", "origin", "in_table", "row_id", "number",
        "seal_seq",
    )  # fmt: skip
    print_rows(rows, columns, output)


@app.command("prove", epilog="Example: financebuy audit prove entries ID --number 1 > row.json")
def prove_(
    table: Annotated[str, typer.Argument(help="transactions, entries, executions, …")],
    row: Annotated[str, typer.Argument(help="The row's id.")],
    number: Annotated[int, typer.Option(min=0, help="An entry's leg, an event's number.")] = 0,
    data: DataOption = None,
) -> None:
    """Print the proof that a row was sealed, as JSON: `verify --proof` checks it anywhere."""
    key = RowKey(table, identifier(row, "row"), number)

    async def work(platform: Platform) -> Proof:
        async with platform.pools.long("auditor") as connection:
            return await prove(connection, key)

    found = Session(data).as_platform(work, AUDITOR)
    typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@app.command(epilog="Example: financebuy audit export 2026.parquet --since 2026-01-01")
def export(
    file: Annotated[Path, typer.Argument(help="A new Parquet file.", dir_okay=False)],
    table: TableOption = None,
    since: TimeOption = None,
    until: TimeOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Write what was sealed in a time into a Parquet file with its proofs."""
    if file.exists():
        raise InvalidValueError(f"{file} exists: choose another name", field="file")
    selection = Selection(table or None, moment(since, "since"), moment(until, "until"))
    with bar("exporting") as tell:

        async def work(platform: Platform) -> Exported:
            async with platform.pools.long("auditor") as connection, snapshot(connection):
                return await Export(connection, file, selection, tell).run()

        done = Session(data).as_platform(work, AUDITOR)
    print_record(
        {"file": str(file), "rows": done.rows, "seals": done.seals, "sha256": done.sha256.hex()},
        output,
    )


app.command("recover", epilog='Example: financebuy audit recover --reason "restored to 10:15"')(
    audit_upkeep.recover_epoch
)
app.command("retain", epilog="Example: financebuy audit retain --to /mnt/archive")(
    audit_upkeep.retain
)
app.command("key", epilog="Example: financebuy audit key")(audit_upkeep.key)
