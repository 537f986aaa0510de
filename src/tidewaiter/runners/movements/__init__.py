"""Movements of a run: events taken in, joined to filings shard by shard, and the verdicts written."""
