"""`financebuy tls`: the certificates by which the servers and their clients know each other."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from financebuy.cli.apps import examples, noun
from financebuy.cli.exit_codes import FINDINGS, NOT_EVALUATED
from financebuy.cli.options import DataOption, OutputOption
from financebuy.cli.output import print_rows, say
from financebuy.cli.texts import NOT_RECORDED
from financebuy.cluster import revoking, transport
from financebuy.cluster.certificates import (
    CLIENT_ROLES,
    SERVER,
    CertificateError,
    client_files,
)
from financebuy.cluster.endpoints import Endpoints
from financebuy.cluster.recording import record_if_reachable
from financebuy.settings import Settings

app = noun("The certificates by which the servers and their clients know each other.")

_COLUMNS = ("certificate", "subject", "issuer", "expires", "days", "served", "problem")

FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="In PEM.")]


def _endpoints(data: Path | None) -> Endpoints:
    return Endpoints.read(Settings.read(os.environ, data).data_dir)


@app.command(epilog=examples("financebuy tls status", "financebuy tls status -o json"))
def status(data: DataOption = None, output: OutputOption = None) -> None:
    """Show each certificate, how many days it has left, and whether the server shows it.

    Exit code 0: all is well. 2: one has ended or will within 30 days, or the server shows another
    one. 3: there are none, since the database server is your own.
    """
    endpoints = _endpoints(data)
    found = transport.read_certificates(endpoints.directory.tls)
    if not found:
        say("the server is your own, and the API speaks no TLS: there are no certificates here")
        raise typer.Exit(NOT_EVALUATED)
    is_served = transport.is_served(endpoints)
    rows = [
        {
            "certificate": each.name,
            "subject": each.subject,
            "issuer": each.issuer,
            "expires": each.expires,
            "days": each.days,
            "served": is_served if each.name == SERVER else None,
            "problem": each.problem,
        }
        for each in found
    ]
    print_rows(rows, _COLUMNS, output)
    if is_served is False:
        say("the server shows another certificate: financebuy tls rotate")
    if is_served is False or any(each.problem for each in found):
        raise typer.Exit(FINDINGS)


@app.command(
    epilog=examples(
        "financebuy tls rotate",
        "financebuy tls rotate --authority",
        "financebuy tls rotate --forget-former",
    )
)
def rotate(
    authority: Annotated[
        bool,
        typer.Option(
            "--authority",
            help="Make a new authority too. The former one stays trusted beside it, until it is"
            " forgotten: copy ca.crt to the clients in between.",
        ),
    ] = False,
    forget_former: Annotated[
        bool,
        typer.Option(
            "--forget-former",
            help="Trust the present authority alone: certificates of a former one are worth"
            " nothing from now on.",
        ),
    ] = False,
    data: DataOption = None,
) -> None:
    """Make new certificates and keys; a running server takes them up, and connections go on."""
    endpoints = _endpoints(data)
    _refuse_external(endpoints)
    if authority and forget_former:
        raise typer.BadParameter("--authority first, then --forget-former once clients have ca.crt")
    transport.rotate(endpoints, with_authority=authority, forget_former=forget_former)
    _record(endpoints, "rotate", {"authority": authority, "forget_former": forget_former})
    say(f"new certificates are in {endpoints.directory.tls}")


@app.command(epilog=examples("financebuy tls revoke fb_backup", "financebuy tls revoke lost.crt"))
def revoke(
    what: Annotated[
        str,
        typer.Argument(
            help="A role (fb_backup, fb_replication), for its present certificate, or the file"
            " of a client's certificate, in PEM.",
            metavar="ROLE|FILE",
        ),
    ],
    data: DataOption = None,
) -> None:
    """Make a client's certificate worth nothing, at once, and end the connections that show it.

    A role whose present one it was gets a new one.
    """
    endpoints = _endpoints(data)
    _refuse_external(endpoints)
    directory = endpoints.directory.tls
    path = client_files(directory, what)[0] if what in CLIENT_ROLES else Path(what)
    given = revoking.read_given(path)
    role, ended = revoking.revoke(endpoints, given)
    _record(endpoints, "revoke", {"serial": f"{given.serial_number:x}", "role": role})
    say(f"the certificate is worth nothing any more; {ended} connections ended")
    if role:
        say(f"{role} has a new one: copy {client_files(directory, role)[0]} and its key")


@app.command(
    epilog=examples(
        "financebuy tls use server.pem server.key --authority company.pem",
        "financebuy tls own",
    )
)
def use(
    certificate: FileArgument,
    key: FileArgument,
    authority: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="Whom clients trust for it, in PEM.", metavar="FILE"
        ),
    ],
    data: DataOption = None,
) -> None:
    """Let the servers show a certificate from elsewhere, which must be good for `localhost`.

    Nothing renews it: `financebuy status` warns 30 days before it ends.
    """
    endpoints = _endpoints(data)
    _refuse_external(endpoints)
    transport.use(endpoints, certificate, key, authority)
    _record(endpoints, "use", {"certificate": str(certificate), "authority": str(authority)})
    say(f"the server's certificate is {certificate}; clients trust {authority}")


@app.command(epilog="Example: financebuy tls own")
def own(data: DataOption = None) -> None:
    """Go back to a certificate of the platform's own authority."""
    endpoints = _endpoints(data)
    _refuse_external(endpoints)
    transport.use_own(endpoints)
    _record(endpoints, "own")
    say("the server's certificate is the platform's own")


def _refuse_external(endpoints: Endpoints) -> None:
    if not transport.read_certificates(endpoints.directory.tls):
        raise CertificateError("there are no certificates here: the database server is your own")


def _record(endpoints: Endpoints, action: str, details: Mapping[str, object] | None = None) -> None:
    if not record_if_reachable(endpoints, action, "certificates", "server", details):
        say(NOT_RECORDED)
