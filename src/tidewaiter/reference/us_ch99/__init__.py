"""Additional duties of chapter 99 of the United States tariff: which authority adds what to which goods when."""
