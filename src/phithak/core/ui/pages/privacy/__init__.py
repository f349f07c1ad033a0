"""Pages and API of the vault and of the keys."""
