"""What is remembered between runs: who may do what, and (with the service) the database that keeps it."""
