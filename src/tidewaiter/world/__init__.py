"""The world: made-up traffic of a parcel day, as senders would write it, the same for the same seed."""
