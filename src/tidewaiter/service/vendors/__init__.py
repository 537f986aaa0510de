"""Vendor schemes: registers kept, claims to their numbers judged as filings come in, settled when the register is back."""
