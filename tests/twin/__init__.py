"""A second reader of the same law: slow, plain, a filing at a time, in Decimal; it imports ``model`` and no more."""
