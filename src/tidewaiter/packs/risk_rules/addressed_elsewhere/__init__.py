"""AST-04: The carrier or the platform sends the parcel to another country than its consignee lives in."""
