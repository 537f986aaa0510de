"""Tools beside the house: documentation, coverage, locks, and the eyes of the house rules."""
