"""Everything that is told to people outside."""
