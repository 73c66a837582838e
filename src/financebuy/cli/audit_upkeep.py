"""What keeps the audit going: the next epoch after a restore, the end of the retention, the key."""

import getpass
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from financebuy.bootstrap import SEALER_ROLE, Platform
from financebuy.cli.audit_progress import bar
from financebuy.cli.exit_codes import FINDINGS
from financebuy.cli.options import DataOption, OutputOption
from financebuy.cli.output import print_record, print_rows, say
from financebuy.cli.session import Session
from financebuy.services.audit import retaining
from financebuy.services.audit.errors import NoAuditKeyError
from financebuy.services.audit.recovering import Recovery, recover
from financebuy.services.audit.stores import open_stores
from financebuy.services.erasing import Replayed, replay


def recover_epoch(
    reason: Annotated[str, typer.Option(help="What happened: it is signed and kept.")],
    accept_findings: Annotated[
        bool, typer.Option("--accept-findings", help="Go on although history does not verify.")
    ] = False,
    accept_key: Annotated[
        list[str] | None,
        typer.Option("--accept-key", metavar="KEY", help="Copy outside what this key signed, too."),
    ] = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Open the next epoch after a restore, and seal into it what no seal holds.

    Whoever was erased since the backup is erased again first, by the list that is kept outside.
    Writers wait until it is done, which takes as long as a verification. Exit code 2: an erasure
    outside is not signed by a key that counts, and was not repeated. The platform's own audit key
    counts; an older one if every place outside knows its epoch by the same signed record, until the
    next epoch there began.

    The record of an epoch whose key has signed nothing outside stays in the database: whoever has
    the sealer's login can put one there.
    """
    with bar("verifying") as tell:

        async def work(platform: Platform) -> tuple[Replayed, Recovery]:
            if platform.audit_signer is None:
                raise NoAuditKeyError
            stores = open_stores(platform.settings)
            erased = await replay(platform, stores)
            async with platform.pools.long(SEALER_ROLE) as connection:
                return erased, await recover(
                    connection, platform.audit_signer, stores, by=f"cli {getpass.getuser()}",
                    reason=reason, accept_findings=accept_findings, keys=accept_key or (),
                    progress=tell,
                )  # fmt: skip

        erased, done = Session(data).as_platform(work, (SEALER_ROLE, "fb_broker"))
    counts = {"epoch": done.epoch.epoch, "adopted": done.adopted, "late": done.late}
    print_record(counts | {"erased_again": len(erased.again)}, output)
    for each in done.left:
        say(
            f"epoch {each.epoch} was not copied outside, where nobody knows its key"
            f" {each.verifier_key} (--accept-key)"
        )
    if erased.unsigned:
        unsigned = ", ".join(map(str, erased.unsigned))
        say(f"not signed by a key that counts, so not repeated: {unsigned}")
        raise typer.Exit(FINDINGS)


def retain(
    to: Annotated[Path, typer.Option(help="Where the files go.", file_okay=False, exists=True)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is due.")] = False,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Export each month whose retention (7 years) is over, verify the file, and drop the month.

    Refused for whatever is not sealed or not detached (`financebuy month detach`).
    """

    async def work(platform: Platform) -> list[dict[str, object]]:
        async with platform.pools.long(SEALER_ROLE) as connection:
            if dry_run:
                found = await retaining.months_due(connection)
                return [{"table": each.table_name} for each in found]
            by = f"cli {getpass.getuser()}"
            done = await retaining.retire(connection, to, by, say)
            return [msgspec.to_builtins(each, enc_hook=str) for each in done]

    rows = Session(data).as_platform(work, (SEALER_ROLE,))
    print_rows(rows, ("table", "rows", "file", "sha256"), output)
    if not rows:
        say("no month is due")


def key(data: DataOption = None) -> None:
    """Print the public key of the heads: give it to whoever verifies."""

    async def work(platform: Platform) -> str:
        if platform.audit_signer is None:
            raise NoAuditKeyError
        return str(platform.audit_signer.verifier)

    typer.echo(Session(data).as_platform(work, (SEALER_ROLE,)))
