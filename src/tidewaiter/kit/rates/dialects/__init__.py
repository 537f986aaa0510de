"""How single terms are written: in our own canonical text, in TARIC, in the United States and in Australia."""
