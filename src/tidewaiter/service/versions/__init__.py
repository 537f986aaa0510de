"""Versions of a filing at the doors: read all of them, send what changes, withdraw."""
