"""Pages and API of ``core/journal``."""
