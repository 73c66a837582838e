"""pg_hba.conf, whole, and TLS: who may connect to a server of ours, from where, by what proof."""

from collections.abc import Sequence
from pathlib import Path

from financebuy.cluster.certificates import AUTHORITY, CLIENT_ROLES, SERVER, SERVER_KEY
from financebuy.cluster.postgres import SUPERUSER
from financebuy.cluster.revocation import REVOKED

THIS_MACHINE = ("127.0.0.1/32", "::1/128")

_ENCRYPTED_ALONE = """
# Without TLS nobody comes in by TCP, whatever stands below.
hostnossl all all all reject
hostnossl replication all all reject
"""


def tls_settings(directory: Path) -> dict[str, str]:
    """A server's settings for the certificates in `directory`."""
    return {
        "ssl": "on",
        "ssl_cert_file": str(directory / SERVER),
        "ssl_key_file": str(directory / SERVER_KEY),
        # By whom clients' certificates are signed.
        "ssl_ca_file": str(directory / AUTHORITY),
        "ssl_crl_file": str(directory / REVOKED),
        "ssl_min_protocol_version": "TLSv1.3",
        # TLS 1.3 has no others; these are for whoever lowers the version above.
        "ssl_ciphers": "ECDHE+AESGCM:ECDHE+CHACHA20",
    }


def access_rules(networks: Sequence[str] = THIS_MACHINE) -> str:
    """The rules of a server whose clients are on `networks`. What no line allows is refused.

    The superuser comes by the unix socket only. Who copies the whole database (backups, standbys)
    needs a certificate of the platform's authority in their own name besides the password.
    """
    copiers = ",".join(CLIENT_ROLES)
    both = "scram-sha-256 clientcert=verify-full"
    rules = [
        ("local", "all", "all", "", "scram-sha-256"),
        ("local", "replication", copiers, "", "scram-sha-256"),
        ("hostssl", "all", SUPERUSER, "all", "reject"),
        *(("hostssl", "replication", copiers, network, both) for network in networks),
        *(("hostssl", "all", copiers, network, both) for network in networks),
        ("hostssl", "replication", "all", "all", "reject"),
        ("hostssl", "all", copiers, "all", "reject"),
        *(("hostssl", "all", "all", network, "scram-sha-256") for network in networks),
    ]
    lines = ["  ".join(part for part in rule if part) for rule in rules]
    return _ENCRYPTED_ALONE + "\n".join(lines) + "\n"
