"""The way to the centre: one address, one certificate authority, always from here to there."""
