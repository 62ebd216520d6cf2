"""SQL, written and in one place: SQLAlchemy Core on SQLite or PostgreSQL."""
