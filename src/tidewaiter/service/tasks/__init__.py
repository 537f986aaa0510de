"""Tasks of the worker, one file each; whatever is imported here is registered."""
