"""What the journal can say of cases; one list for each part."""
