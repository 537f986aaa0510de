"""Webhooks: addresses of filers that are told what becomes of their filings (Standard Webhooks 1.0)."""
