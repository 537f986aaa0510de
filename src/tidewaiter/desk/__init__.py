"""What people do about a filing: a case is a row of events, and its state is read off them."""
