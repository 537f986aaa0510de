"""Would the tests notice? Thresholds and comparisons are changed one at a time, and the tests must fail."""
