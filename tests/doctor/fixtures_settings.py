"""What makes each check of the server's settings fail."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from financebuy.doctor.subject import Subject
from tests.doctor.installation import Fixture, Installation, restarted, setting
from tests.doctor.spoiling import line, waiting, without_checksums, written_since


@contextmanager
def _crowded(installation: Installation) -> Iterator[Subject]:
    with restarted("max_connections", "20")(installation) as subject, ExitStack() as stack:
        for _ in range(18):
            stack.enter_context(psycopg.connect(installation.servers.endpoints.admin_url))
        yield subject


FIXTURES: dict[str, Fixture] = {
    "settings.fsync_is_on": setting("fsync", "off"),
    "settings.full_page_writes_is_on": setting("full_page_writes", "off"),
    "settings.commits_wait_for_the_disk": setting("synchronous_commit", "off"),
    "settings.pages_have_checksums": without_checksums,
    "settings.broken_pages_are_not_hidden": setting("zero_damaged_pages", "on"),
    "settings.catalogue_is_guarded": setting("allow_system_table_mods", "on"),
    "settings.triggers_fire": setting("session_replication_role", "replica"),
    "settings.row_security_filters": setting("row_security", "off"),
    "settings.autovacuum_runs": setting("autovacuum", "off"),
    "settings.backups_can_copy": restarted("max_wal_senders", "0"),
    "settings.server_starts_again": setting("restart_after_crash", "off"),
    "settings.transactions_begin_alike": setting("default_transaction_isolation", "serializable"),
    "settings.strings_are_standard": setting("backslash_quote", "on"),
    "settings.large_objects_have_rights": setting("lo_compat_privileges", "on"),
    "settings.libraries_are_the_servers_own": setting("dynamic_library_path", "/opt/lib:$libdir"),
    "settings.loaded_libraries_are_known": setting("session_preload_libraries", "passwordcheck"),
    "settings.statements_are_measured": restarted("shared_preload_libraries", "auto_explain"),
    "settings.passwords_are_not_kept_with_statements": setting(
        "pg_stat_statements.track_utility", "on"
    ),
    "settings.passwords_are_hashed_well": setting("password_encryption", "md5"),
    "settings.names_are_found_in_public": setting("search_path", "fb_private, public"),
    "settings.idle_transactions_end": setting("idle_in_transaction_session_timeout", "0"),
    "settings.administrator_gets_in": restarted("superuser_reserved_connections", "0"),
    "settings.connections_are_left": _crowded,
    "settings.slots_cannot_fill_the_disk": setting("max_slot_wal_keep_size", "-1"),
    "settings.nothing_waits_for_a_restart": waiting("max_connections", "150"),
    "settings.files_have_no_errors": line("postgres/postgresql.conf", "max_conections = 150"),
    "settings.files_were_read": written_since("postgres/pg_ident.conf"),
    "settings.times_are_utc": setting("timezone", "America/New_York"),
    "settings.dead_clients_are_noticed": setting("client_connection_check_interval", "0"),
    "settings.sign_in_is_bounded": setting("authentication_timeout", "10min"),
    "settings.checkpoints_are_bounded": setting("checkpoint_timeout", "2h"),
}
