"""The plan: which stages run in which order, proven to fit before a row is read."""
