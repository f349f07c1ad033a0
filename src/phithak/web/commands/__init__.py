"""Commands of the whole instance; each module has ``register(commands)``."""
