"""Events of postal items, in a form of our own."""
