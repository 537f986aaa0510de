"""United Kingdom: customs law and VAT of Great Britain; Northern Ireland as far as it is loaded."""
