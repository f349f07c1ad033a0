"""Pages and API of ``core/schedule``."""
