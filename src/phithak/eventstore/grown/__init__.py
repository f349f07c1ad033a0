"""The grown event store: the bus on NATS JetStream, and moving an embedded store there. Needs ``phithak[grown]``."""
