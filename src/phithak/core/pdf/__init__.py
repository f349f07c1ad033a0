"""Letters and reports as PDF."""
