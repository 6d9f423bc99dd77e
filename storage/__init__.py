"""What is kept: tables, migrations and the Store; the only package that speaks SQL."""
