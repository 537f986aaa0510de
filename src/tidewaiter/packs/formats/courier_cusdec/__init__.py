"""A courier's parcels as CUSDEC D.00A."""
