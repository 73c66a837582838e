"""Running servers: the embedded PostgreSQL and Valkey, their files, their supervision."""
