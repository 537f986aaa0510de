"""AST-03: Another number of pieces was ordered than is declared."""
