"""Scans of an operator as a flat list."""
