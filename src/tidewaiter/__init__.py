"""Tidewaiter clears cross-border parcels: every parcel a decision, its charges to the cent, its reasons."""

__version__ = "0.1.0"
