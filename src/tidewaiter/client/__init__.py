"""A client of the API for Python: typed, with retries that count once; the standard library and nothing else."""

from tidewaiter.client.answers import Lane, Lodged, Page, Problem, Standing
from tidewaiter.client.client import Client

__all__ = ["Client", "Lane", "Lodged", "Page", "Problem", "Standing"]
