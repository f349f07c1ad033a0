"""Pages and API of the outbox."""
