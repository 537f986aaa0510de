"""The batcher: messages that wait are decided together, committed together, and answered after that."""
