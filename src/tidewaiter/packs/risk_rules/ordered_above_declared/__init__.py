"""AST-02: The order was dearer than is declared."""
