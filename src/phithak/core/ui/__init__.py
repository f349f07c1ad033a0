"""The toolkit of pages and API, and the pages of the core."""
