"""The store: PostgreSQL, its roles, row-level security, migrations, backup."""
