"""`financebuy keys`: the key-encryption keys of personal data and of backups."""

import sys
from typing import Annotated

import typer

from financebuy.bootstrap import SEALER_ROLE, Platform
from financebuy.cli.apps import noun
from financebuy.cli.exit_codes import FINDINGS
from financebuy.cli.options import AsOption, DataOption, OutputOption, YesOption
from financebuy.cli.output import print_record, print_rows, say
from financebuy.cli.progress import Progress
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import one_of, row, rows
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.key_places import key_places
from financebuy.crypto.epochs import PERSONAL, TREES
from financebuy.crypto.keyring import Providers
from financebuy.services import keys
from financebuy.services.audit.stores import open_stores
from financebuy.services.caller import Caller
from financebuy.services.erasing import Erased, erase
from financebuy.services.keys import KeyState, Rotation

app = noun("Key-encryption keys: their epochs, rotation, and their end. For operators.")

_COLUMNS = (
    "tree", "epoch", "provider", "state", "data_keys", "created_at", "retired_at", "destroy_after",
    "destroyed_at", "due",
)  # fmt: skip
TreeOption = Annotated[
    str, typer.Option("--tree", help=f"One of {', '.join(TREES)}: of personal data, of backups.")
]


@app.command(epilog="Example: financebuy keys status")
def status(who: AsOption = None, data: DataOption = None, output: OutputOption = None) -> None:
    """Show every epoch: where its key is kept, how many data keys it wraps, when it may end."""

    async def work(platform: Platform, caller: Caller) -> list[KeyState]:
        return await keys.status(platform, caller)

    print_rows(rows(Session(data, who).as_operator(work)), _COLUMNS, output)


@app.command(epilog="Example: financebuy keys rotate")
def rotate(
    tree: TreeOption = PERSONAL,
    anew: Annotated[
        bool, typer.Option("--new", help="Begin an epoch even if a rotation was interrupted.")
    ] = False,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Begin a new epoch and wrap every data key by it, while requests go on.

    An interrupted rotation is taken up where it ended. FINANCEBUY_KEY_PROVIDER says where the new
    key is kept.
    """
    session = Session(data, who)
    keeper = _keepers(session)(session.settings.key_provider)
    one_of(tree, TREES, "tree")

    async def work(platform: Platform, caller: Caller) -> Rotation:
        return await keys.rotate(platform, caller, keeper, tree, _show, anew=anew)

    done = session.as_operator(work)
    print_record(row(done) | {"unreadable": len(done.unreadable)}, output)
    if done.unreadable:
        say("no key here opens the data of: " + ", ".join(map(str, done.unreadable)))
        raise typer.Exit(FINDINGS)


@app.command(epilog="Example: financebuy keys destroy 1")
def destroy(
    epoch: Annotated[int, typer.Argument(min=1, help="A retired epoch.")],
    tree: TreeOption = PERSONAL,
    lose_backups: Annotated[
        bool,
        typer.Option("--lose-backups", help="Even if a backup that is kept may still need it."),
    ] = False,
    yes: YesOption = False,
    who: AsOption = None,
    data: DataOption = None,
) -> None:
    """Destroy a retired key for good: no copy of what it wrapped can be read any more."""
    one_of(tree, TREES, "tree")
    session = Session(data, who)
    if not Progress(assume_yes=yes).confirm(f"Destroy the {tree} key of epoch {epoch} for good?"):
        raise typer.Abort

    async def work(platform: Platform, caller: Caller) -> None:
        await keys.destroy(
            platform, caller, _keepers(session), tree, epoch, lose_backups=lose_backups
        )

    session.as_operator(work)
    say(f"the {tree} key of epoch {epoch} is destroyed")


@app.command(epilog="Example: financebuy keys shred grace@example.com")
def shred(
    user: Annotated[str, typer.Argument(metavar="USER", help="An address or a user's id.")],
    yes: YesOption = False,
    who: AsOption = None,
    data: DataOption = None,
) -> None:
    """Destroy a person's data key: their personal data can never be read again.

    It is kept outside, where the audit's heads are, so that `financebuy audit recover` does the
    same again after a restore. Exit code 2: it could not be kept there yet; the sealer tries on.
    """
    if not Progress(assume_yes=yes).confirm("Make this person's data unreadable for good?"):
        raise typer.Abort

    async def work(platform: Platform, caller: Caller) -> Erased:
        user_id = await user_id_of(platform, caller, user)
        return await erase(platform, caller, user_id, open_stores(platform.settings))

    done = Session(data, who).as_operator(work, (SEALER_ROLE,))
    say("the data key is destroyed" if done.shredded else "there was no data key")
    if not done.kept_outside:
        say("that could not be kept outside yet, where a restore would need it")
        raise typer.Exit(FINDINGS)


def _keepers(session: Session) -> Providers:
    return key_places(Endpoints.read(session.settings.data_dir).secrets)


def _show(done: int, total: int) -> None:
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    sys.stderr.write(f"{done} of {total} data keys{end}")
