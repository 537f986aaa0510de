"""The proof of a log, apart from the house that writes it: standard library and cryptography, nothing else.

``tidewaiter audit verify`` runs it, and so does one file that holds just this package, on a machine without the
product. It is a second way to every hash: what it checks was computed by ``model.tree`` and by the database.
"""
