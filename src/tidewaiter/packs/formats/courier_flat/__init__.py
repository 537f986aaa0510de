"""A courier's flat parcel list, in CSV and NDJSON."""
