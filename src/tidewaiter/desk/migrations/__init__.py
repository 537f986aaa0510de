"""Steps of the schema of the desk, from the first on."""
