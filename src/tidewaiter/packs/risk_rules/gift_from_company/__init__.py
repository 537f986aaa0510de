"""A gift between private persons that a company sends."""
