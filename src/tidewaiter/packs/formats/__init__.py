"""Message formats and sender sheets, one folder each."""
