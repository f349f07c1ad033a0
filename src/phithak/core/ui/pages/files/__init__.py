"""Pages and API of sealed files."""
