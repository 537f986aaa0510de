"""A goods line declared far below what such goods usually cost by the kg."""
