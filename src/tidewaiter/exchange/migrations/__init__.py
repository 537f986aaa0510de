"""Steps of the schema of the exchange, from the first on."""
