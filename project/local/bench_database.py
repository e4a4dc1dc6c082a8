"""What benches ask of the database that they measure."""

import psycopg

Database = psycopg.Connection[tuple[object, ...]]

EMPTY = "TRUNCATE integration_inboundmessage, integration_delivery, integration_failedevent CASCADE"


def count(database: Database, query: str) -> int:
    """Return the number that a query gives, 0 if it gives none."""
    row = database.execute(query.encode()).fetchone()
    return int(str(row[0])) if row else 0
