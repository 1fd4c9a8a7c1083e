"""Rules: SQL expressions over the columns of one document, evaluated by DuckDB."""
