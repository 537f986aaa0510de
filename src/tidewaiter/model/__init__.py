"""Words and shapes: columns, money, dates, codes, findings, errors."""
