"""The schema's history, run by Alembic from inside the program (see `storage.migrate`)."""
