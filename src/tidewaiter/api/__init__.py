"""The door for machines: parse a request, call one service, answer in JSON."""
