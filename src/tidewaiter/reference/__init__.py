"""Dated shelves: exchange rates, nomenclature, tariffs."""
