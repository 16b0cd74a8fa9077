"""The shared storage: tables, migrations and the one Store over them."""
