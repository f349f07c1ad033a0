"""All writes of the registry; one module for each part."""
