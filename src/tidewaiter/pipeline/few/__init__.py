"""Few rows: the queries of stages, written down once and worked out on plain lists where planning would cost more."""
