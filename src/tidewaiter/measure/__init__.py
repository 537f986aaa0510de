"""Measuring: from the lake a run has written to small frames of figures; nothing is counted while chunks run."""
