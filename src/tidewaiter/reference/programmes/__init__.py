"""Programmes of preference that a tariff prints beside its general rate: whose goods they are for, and since when."""
