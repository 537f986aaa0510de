"""CUSDEC of a sender that nobody named a sheet for."""
