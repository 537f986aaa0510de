"""Postal items with advance data, in a form of our own."""
