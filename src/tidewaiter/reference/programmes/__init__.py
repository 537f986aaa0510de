"""Programmes of preference of tariffs that print them beside a general rate: whose goods they are for, and since when."""
