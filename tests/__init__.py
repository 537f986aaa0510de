"""Tests: unit, property, conformance, acceptance and house; the folder says which tier."""
