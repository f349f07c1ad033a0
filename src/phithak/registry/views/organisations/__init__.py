"""Pages of the part ``organisations``."""
