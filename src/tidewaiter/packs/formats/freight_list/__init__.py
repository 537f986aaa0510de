"""An express firm's freight list."""
