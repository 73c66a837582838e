"""PostgreSQL from Python: pools, signed identity, command batches, migrations."""
