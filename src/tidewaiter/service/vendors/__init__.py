"""Vendor schemes: registers kept, claims to numbers judged as filings come in, settled when the register is back."""
