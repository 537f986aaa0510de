"""Laws of customs territories, one folder each."""
