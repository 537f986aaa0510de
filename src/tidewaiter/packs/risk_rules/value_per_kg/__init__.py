"""VAL-91: goods declared at a price per kg that their kind does not have."""
