"""The language of rates: what a tariff writes as a duty, read, printed, compiled and computed exactly."""
