"""Pages of agreements: list, one, forms, fragment on an organisation's page."""
