"""A courier's batch of H7 declarations in XML, the same parcels as its flat list."""
