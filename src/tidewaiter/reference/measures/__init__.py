"""Measures: a tariff of TARIC form as dated records, and the rates that follow from them on a day."""
