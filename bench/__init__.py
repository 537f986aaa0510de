"""Measurements anyone can rerun; they print, they never judge."""
