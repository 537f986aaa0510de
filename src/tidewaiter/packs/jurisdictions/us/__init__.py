"""United States: the administrative exemption while it lasted, base duty after it, and what is not loaded."""
