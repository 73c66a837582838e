"""What makes each check of the schema fail."""

from tests.doctor.installation import Fixture, statement

FIXTURES: dict[str, Fixture] = {
    "schema.foreign_keys_are_indexed": statement("drop index public.account_owners_user_idx"),
    "schema.indexes_are_valid": statement(
        """update pg_index set indisvalid = false
        where indexrelid = 'public.account_owners_user_idx'::regclass"""
    ),
    "schema.no_table_is_unlogged": statement("alter table public.process_heartbeats set unlogged"),
}
