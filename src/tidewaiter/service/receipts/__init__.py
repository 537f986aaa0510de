"""Receipts of files: signed, chained for each sender, a tree over what was accepted; proven without the service."""
