"""Data on disk: SQLite, migrations, the vault and backups."""
