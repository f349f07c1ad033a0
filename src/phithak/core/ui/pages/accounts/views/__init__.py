"""Views of the accounts pages."""
