"""All writes of the detection room."""

from phithak.detection.services.taking import Duty, Sighting, alert_key, begin, commit

__all__ = ["Duty", "Sighting", "alert_key", "begin", "commit"]
