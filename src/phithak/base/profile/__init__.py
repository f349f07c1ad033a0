"""What is taken out of an event before it is kept: one privacy profile for each source of events.

The sensor applies the profile before anything reaches its disk, the intake applies it again before anything is
durable; an event that was cleaned once passes a second time unchanged. Standard library only and Python 3.9,
because the sensor carries this package in a zipapp. Everything works on bytes: Thai logs in CP874 and TIS-620
stay bit for bit what they were, but for what was taken out.
"""

from phithak.base.profile.cleaner import Cleaner
from phithak.base.profile.profiles import NAMES, PROFILES, Profile, ProfileError, named

__all__ = ["NAMES", "PROFILES", "Cleaner", "Profile", "ProfileError", "named"]
