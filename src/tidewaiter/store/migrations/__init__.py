"""Steps from each schema to the next; one that was released is never edited."""
