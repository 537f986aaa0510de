"""AST-01: More was paid than is declared."""
