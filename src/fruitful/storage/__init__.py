"""PostgreSQL: the schema and every query. No SQL lives anywhere else."""
