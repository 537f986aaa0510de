"""What the author of a pack needs: public, stable, without input or output."""
