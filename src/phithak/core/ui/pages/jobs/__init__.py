"""Pages and API of ``core/jobs``."""
