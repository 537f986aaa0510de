"""The door at the terminal: parse a request, call one service, render words."""

from tidewaiter.cli.door import main

__all__ = ["main"]
