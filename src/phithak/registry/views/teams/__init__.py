"""The pages of teams, shifts and call sheets."""
