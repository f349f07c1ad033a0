"""What can happen in the registry: one closed list of journal tags for each part."""
