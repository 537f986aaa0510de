"""A second reader of the same law: slow, plain, one filing at a time, in Decimal; of the product it imports only ``model``."""
