"""Pages of the monitoring room: the roll-out, senders and sources, events."""
