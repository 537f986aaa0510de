"""Filings looked at again when later ones come under the keys of their windows."""
