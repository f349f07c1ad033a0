"""Pages of people, positions and contacts."""
