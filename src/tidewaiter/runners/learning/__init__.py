"""Learning: a sender's layout proposed from the names over its columns and from what stands below them."""
