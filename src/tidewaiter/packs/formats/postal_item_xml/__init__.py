"""Postal items with advance data in XML, in a form of our own."""
