"""The store: PostgreSQL, its roles, row-level security, rights, the signed log, backup."""
