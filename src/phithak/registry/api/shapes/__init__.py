"""Schemas of what calls send and get, and how rows become them, by part."""
