"""Running legal clocks."""
