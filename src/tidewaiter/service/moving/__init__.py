"""Events in: what carriers and filers tell of parcels on their way, and what becomes of a filing by it."""
