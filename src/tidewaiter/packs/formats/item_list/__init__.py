"""A post's list of items."""
