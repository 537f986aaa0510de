"""Frames in, frames out: pure rooms that each add a few columns and do not know each other."""
