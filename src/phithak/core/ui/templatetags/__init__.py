"""Template tags of the toolkit: ``{% load phithak %}``."""
