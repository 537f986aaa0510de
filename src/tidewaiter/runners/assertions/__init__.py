"""Assertions of a run: taken in apart from the filings, joined to them by order and parcel, laid beside them."""
