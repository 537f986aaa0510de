"""New Zealand: facts of law, the regime they make, and cases that prove it."""
