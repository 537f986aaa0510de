"""Files in, files out: intake, the two passes, and what a run leaves behind."""
