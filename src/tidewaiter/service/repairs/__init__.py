"""Repairs: what is missing of a filing is asked once, of whoever can answer, and mended field by field."""
