"""Forms of the cases pages."""
