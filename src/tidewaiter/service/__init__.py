"""Use cases and the only place that wires rooms together."""
