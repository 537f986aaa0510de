"""Steps of the schema of the registry, from the first on."""
