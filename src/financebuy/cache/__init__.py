"""What may be lost: copies in Valkey of what PostgreSQL knows."""
