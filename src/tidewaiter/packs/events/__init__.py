"""Messages that tell what happened to parcels, one folder each."""
