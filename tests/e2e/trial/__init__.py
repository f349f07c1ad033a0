"""A room of the page tests: one purpose of one-time links."""
