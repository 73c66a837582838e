"""`financebuy user`: people, what they may do, and their API keys."""

from typing import Annotated

import typer

from financebuy.bootstrap import Platform
from financebuy.cli import user_access
from financebuy.cli.apps import noun
from financebuy.cli.options import AsOption, DataOption, KeyOption, LimitOption, OutputOption
from financebuy.cli.output import print_record, print_rows, say
from financebuy.cli.session import Session, user_id_of
from financebuy.cli.values import day, moment, one_of, optional_identifier, row, rows
from financebuy.services import identity, origins
from financebuy.services.caller import Caller
from financebuy.services.identity import ApiKey, ApiKeyInfo, Created, NewUser, PersonalData, User

app = noun("People, what they may do, and their API keys. For the staff.")
keys = noun("API keys: what an app shows to be let in.")
app.add_typer(keys, name="key")

UserArgument = Annotated[str, typer.Argument(metavar="USER", help="An address or a user's id.")]

_USER_COLUMNS = ("user_id", "kind", "kyc_status", "is_active", "created_at")
_KEY_COLUMNS = (
    "key_id", "name", "scopes", "account_id", "allowed_addresses", "created_at", "expires_at",
    "revoked_at",
)  # fmt: skip
_KYC_HELP = f"One of {', '.join(identity.KYC_STATUSES)}."


@app.command(epilog="Example: financebuy user create grace@example.com --first-name Grace")
def create(
    email: Annotated[str, typer.Argument(help="The address; unique, whatever its case.")],
    first_name: Annotated[str | None, typer.Option()] = None,
    last_name: Annotated[str | None, typer.Option()] = None,
    phone: Annotated[str | None, typer.Option()] = None,
    address: Annotated[str | None, typer.Option()] = None,
    birth_date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD")] = None,
    national_id: Annotated[str | None, typer.Option()] = None,
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Register a person. What is personal is stored encrypted."""
    born = day(birth_date, "birth_date", personal=True)
    user = NewUser(email, first_name, last_name, phone, address, born, national_id)

    async def work(platform: Platform, caller: Caller) -> Created:
        return await identity.create_user(platform, caller, user, key)

    print_record(row(Session(data, who).as_operator(work)), output)


app.command(epilog=user_access.PASSWORD_EXAMPLE)(user_access.password)
app.command("shut-out", epilog=user_access.SHUT_OUT_EXAMPLE)(user_access.shut_out)
app.command("let-in", epilog=user_access.LET_IN_EXAMPLE)(user_access.let_in)
app.command("reset-access", epilog=user_access.RESET_ACCESS_EXAMPLE)(user_access.reset_access)
app.command("reset-factors", epilog=user_access.RESET_EXAMPLE)(user_access.reset_factors)
app.command(epilog=user_access.ROLE_EXAMPLE)(user_access.role)


@app.command("list", epilog="Example: financebuy user list -o json")
def list_(
    limit: LimitOption = 50,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """List users, without personal data."""

    async def work(platform: Platform, caller: Caller) -> list[User]:
        return await identity.list_users(platform, caller, limit=limit)

    print_rows(rows(Session(data, who).as_operator(work)), _USER_COLUMNS, output)


@app.command(epilog="Example: financebuy user show investor@example.com")
def show(
    user: UserArgument, who: AsOption = None, data: DataOption = None, output: OutputOption = None
) -> None:
    """Show a person with their personal data, which leaves a line in the audit log."""

    async def work(platform: Platform, caller: Caller) -> tuple[User, PersonalData]:
        user_id = await user_id_of(platform, caller, user)
        found = await identity.get_user(platform, caller, user_id)
        return found, await identity.personal_data(platform, caller, user_id)

    found, personal = Session(data, who).as_operator(work)
    print_record(row(found) | row(personal), output)


@app.command(epilog="Example: financebuy user address grace@example.com 'http 3q2-…'")
def address(
    user: UserArgument,
    origin: Annotated[str, typer.Argument(help="As it stands in the audit log.")],
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Decrypt the network address in an origin of a person's; leaves a line in the audit log."""

    async def work(platform: Platform, caller: Caller) -> str:
        user_id = await user_id_of(platform, caller, user)
        return await origins.address(platform, caller, user_id, origin)

    print_record({"address": Session(data, who).as_operator(work)}, output)


@app.command(epilog="Example: financebuy user kyc grace@example.com approved")
def kyc(
    user: UserArgument,
    status: Annotated[str, typer.Argument(help=_KYC_HELP)],
    key: KeyOption = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Record whether a person's identity is verified. Only then may they trade and withdraw."""
    one_of(status, identity.KYC_STATUSES, "kyc_status")

    async def work(platform: Platform, caller: Caller) -> User:
        user_id = await user_id_of(platform, caller, user)
        return await identity.set_kyc_status(platform, caller, user_id, status, key)

    print_record(row(Session(data, who).as_operator(work)), output)


@keys.command("create", epilog="Example: financebuy user key create grace@example.com --scope read")
def create_key(
    user: UserArgument,
    scope: Annotated[
        list[str], typer.Option(help=f"What it may do: {', '.join(identity.SCOPES)}; repeatable.")
    ] = ["read", "trade", "funding"],  # noqa: B006 (Typer copies it)
    account: Annotated[
        str | None, typer.Option(metavar="ID", help="For this account alone. Default: all.")
    ] = None,
    expires: Annotated[str | None, typer.Option(metavar="TIME", help="Default: never.")] = None,
    name: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Only from here: an address or network; repeatable."),
    ] = None,
    who: AsOption = None,
    data: DataOption = None,
    output: OutputOption = None,
) -> None:
    """Make an API key. Its secret is shown once and kept nowhere."""
    for each in scope:
        one_of(each, identity.SCOPES, "scope")
    account_id, expires_at = optional_identifier(account, "account"), moment(expires, "expires")

    async def work(platform: Platform, caller: Caller) -> ApiKey:
        user_id = await user_id_of(platform, caller, user)
        return await identity.create_api_key(
            platform, caller, user_id, scope, account_id, expires_at, name=name,
            allowed_addresses=allow or None,
        )  # fmt: skip

    print_record(row(Session(data, who).as_operator(work)), output)


@keys.command("list", epilog="Example: financebuy user key list investor@example.com")
def list_keys(
    user: UserArgument, who: AsOption = None, data: DataOption = None, output: OutputOption = None
) -> None:
    """List a person's API keys, without their secrets."""

    async def work(platform: Platform, caller: Caller) -> list[ApiKeyInfo]:
        user_id = await user_id_of(platform, caller, user)
        return await identity.api_keys(platform, caller, user_id)

    found = [
        row(each)
        | {
            "scopes": ",".join(each.scopes),
            "allowed_addresses": ",".join(each.allowed_addresses or ()),
        }
        for each in Session(data, who).as_operator(work)
    ]
    print_rows(found, _KEY_COLUMNS, output)


@keys.command(epilog="Example: financebuy user key revoke FBXXXXXXXXXXXXXXXXXX")
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY-ID")],
    who: AsOption = None,
    data: DataOption = None,
) -> None:
    """End an API key, at once and for good."""

    async def work(platform: Platform, caller: Caller) -> None:
        await identity.revoke_api_key(platform, caller, key_id)

    Session(data, who).as_operator(work)
    say(f"{key_id} is revoked")
