"""Declarations of the WCO data model in XML (DEC): super-reduced, bulk reduced and standard data sets."""
