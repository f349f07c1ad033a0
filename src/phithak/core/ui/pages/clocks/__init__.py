"""Pages of running legal clocks, and the public table of the law's clocks."""
