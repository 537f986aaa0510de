"""AST-05: The waybill says that the parcel is heavier than is declared."""
