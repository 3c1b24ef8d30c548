"""The durable side of a desk: tables, migrations, and one transaction per batch (SQLAlchemy Core)."""
