"""The pages of contact drills."""
