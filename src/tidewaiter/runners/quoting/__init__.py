"""Quotes: lines of filings in, assessments out, in the same order; nothing is kept."""
