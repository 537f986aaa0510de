"""Events of receptacles on their way with a carrier, in a form of our own."""
