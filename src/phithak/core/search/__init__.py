"""Thai search."""
