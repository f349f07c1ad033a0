"""Pages that belong to no single room: home, search, settings, statistics, preferences, health, API page."""
