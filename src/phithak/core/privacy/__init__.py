"""Keys, vault, masks and tags of personal data."""
