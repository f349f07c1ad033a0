"""The public page behind a one-time link."""
