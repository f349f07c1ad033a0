"""What happens at set times."""
