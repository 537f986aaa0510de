"""Risk rules, one folder each."""
