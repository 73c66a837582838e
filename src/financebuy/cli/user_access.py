"""`financebuy user password`, `shut-out`, `let-in`, `reset-factors`, `role`: who is let in."""

import sys
from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli.apps import examples
from financebuy.cli.options import AsOption, DataOption, KeyOption, OutputOption
from financebuy.cli.output import print_record, say
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import one_of, row
from financebuy.services import approvals, sign_in, staff
from financebuy.services.approvals import Approval
from financebuy.services.caller import Caller

PASSWORD_EXAMPLE = "Example: financebuy user password ada@example.com < a-file"  # noqa: S105
SHUT_OUT_EXAMPLE = "Example: financebuy user shut-out ada@example.com"
LET_IN_EXAMPLE = "Example: financebuy user let-in ada@example.com"
RESET_EXAMPLE = "Example: financebuy user reset-factors ada@example.com"
RESET_ACCESS_EXAMPLE = examples(
    "financebuy user reset-access otto@example.com --reason 'lost the telephone'"
)
ROLE_EXAMPLE = examples("financebuy user role otto@example.com operate --reason 'a new clerk'")

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="An address or a user's id.")]


def password(user: UserArgument, who: AsOption = None, data: DataOption = None) -> None:
    """Set a person's password, read from the terminal or, in a pipe, from stdin.

    A colleague's that has one takes a second administrator: reset-access.

    A password never stands on a command line, where every process can read it. Every session of the
    person ends.
    """
    given = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )

    async def work(platform: Platform, caller: Caller) -> None:
        user_id = await user_id_of(platform, caller, user)
        await sign_in.set_password(platform, caller, user_id, given)

    Session(data, who).as_admin(work)
    say("the password is set; every session has ended")


def shut_out(user: UserArgument, who: AsOption = None, data: DataOption = None) -> None:
    """Let a person in no more: sessions and keys end within a second."""
    _set_active(user, who, data, is_active=False)
    say(f"{user} is shut out")


def let_in(user: UserArgument, who: AsOption = None, data: DataOption = None) -> None:
    """Let a person in again who was shut out."""
    _set_active(user, who, data, is_active=True)
    say(f"{user} is let in")


def reset_factors(user: UserArgument, who: AsOption = None, data: DataOption = None) -> None:
    """Take away the second factors of a customer who has lost them. Make sure who it is first.

    A colleague's take a second administrator (reset-access), one's own are removed signed in; both
    but for the server's own console, without --as.
    """

    async def work(platform: Platform, caller: Caller) -> None:
        user_id = await user_id_of(platform, caller, user)
        await staff.remove_second_factors(platform, caller, user_id)

    Session(data, who).as_admin(work)
    say("no second factor is left; every session has ended")


def reset_access(
    user: UserArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the record.")],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Ask that a colleague begins anew who cannot sign in; another administrator confirms it.

    Then nothing is left by which they are let in, no API key either, and an administrator sets a
    password for them.
    """

    async def work(platform: Platform, caller: Caller) -> Approval:
        user_id = await user_id_of(platform, caller, user)
        return await approvals.reset_access(platform, caller, user_id, reason, key)

    print_record(row(Session(data, who).as_admin(work)), output)


def role(
    user: UserArgument,
    name: Annotated[
        str, typer.Argument(metavar="ROLE", help=f"{', '.join(staff.ROLES)}, or none.")
    ],
    who: AsOption = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Ask for it; another administrator confirms.")
    ] = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Say what an operator may do. Their keys and sessions follow within a second.

    Where there is another administrator, operate and admin, and the end of an administrator's role,
    take two of them, but for the server's own console, without --as: ask with --reason.
    """
    one_of(name, (*staff.ROLES, "none"), "role")
    given = None if name == "none" else name

    async def ask(platform: Platform, caller: Caller) -> Approval:
        user_id = await user_id_of(platform, caller, user)
        return await approvals.staff_role(platform, caller, user_id, given, reason or "")

    if reason is not None:
        print_record(row(Session(data, who).as_admin(ask)), output)
        return

    async def work(platform: Platform, caller: Caller) -> None:
        user_id = await user_id_of(platform, caller, user)
        await staff.set_role(platform, caller, user_id, given)

    Session(data, who).as_admin(work)
    say(f"{user} has the role {name}")


def _set_active(user: str, who: str | None, data: DataOption, *, is_active: bool) -> None:
    async def work(platform: Platform, caller: Caller) -> None:
        user_id = await user_id_of(platform, caller, user)
        await staff.set_active(platform, caller, user_id, is_active=is_active)

    Session(data, who).as_admin(work)
