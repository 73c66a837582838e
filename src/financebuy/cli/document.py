"""`financebuy document`: documents of identity checks."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record, print_rows, say
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import identifier, row, rows
from financebuy.services import documents
from financebuy.services.caller import Caller
from financebuy.services.documents import Content, Document

app = noun("Documents of identity checks, encrypted. For the staff.")

_COLUMNS = ("document_id", "kind", "media_type", "byte_count", "created_at")
DocumentArgument = Annotated[str, typer.Argument(metavar="ID", help="A document's id.")]
UserArgument = Annotated[str, typer.Argument(metavar="USER", help="An address or a user's id.")]
File = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="JPEG, PNG or PDF.")
]


@app.command(epilog="Example: financebuy document add grace@example.com passport scan.pdf")
def add(
    user: UserArgument,
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(documents.KINDS)}.")],
    file: File,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Keep a document of a person, at most 10 MiB; the file's name is not kept."""
    with file.open("rb") as opened:
        content = opened.read(documents.MOST_BYTES + 1)

    async def work(platform: Platform, caller: Caller) -> Document:
        user_id = await user_id_of(platform, caller, user)
        return await documents.add(platform, caller, user_id, kind, content, key)

    print_record(row(Session(data, who).as_operator(work)), output)


@app.command("list", epilog="Example: financebuy document list grace@example.com")
def list_(
    user: UserArgument, who: AsOption = None, data: DataOption = None, output: OutputOption = None
) -> None:
    """List a person's documents."""

    async def work(platform: Platform, caller: Caller) -> list[Document]:
        user_id = await user_id_of(platform, caller, user)
        return await documents.documents(platform, caller, user_id)

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy document show 0192…-… > passport.pdf")
def show(document: DocumentArgument, who: AsOption = None, data: DataOption = None) -> None:
    """Write a document to stdout; leaves a line in the audit log."""
    chosen = identifier(document, "document_id")

    async def work(platform: Platform, caller: Caller) -> Content:
        return await documents.read(platform, caller, chosen)

    sys.stdout.buffer.write(Session(data, who).as_operator(work).content)


@app.command(epilog="Example: financebuy document remove 0192…-…")
def remove(
    document: DocumentArgument,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
) -> None:
    """Delete a document's content. That there was one stays known."""
    chosen = identifier(document, "document_id")

    async def work(platform: Platform, caller: Caller) -> bool:
        return await documents.remove(platform, caller, chosen, key)

    Session(data, who).as_operator(work)
    say(f"{chosen} is removed")
