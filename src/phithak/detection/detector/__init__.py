"""The detector process: rules in, batches in, alerts out."""
