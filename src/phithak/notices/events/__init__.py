"""What can happen in the notices room."""

from phithak.notices.events.campaigns import CampaignTag
from phithak.notices.events.wording import Tag

__all__ = ["CampaignTag", "Tag"]
