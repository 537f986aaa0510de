"""Lodging: single filings handed by the doors to the one batcher, decided, kept, and answered after the commit."""
