"""Movements: what happened to parcels, told by events, laid beside what was filed about them."""
