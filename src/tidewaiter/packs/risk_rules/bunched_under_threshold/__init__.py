"""VAL-90: a seller whose values bunch just under the low-value limit."""
