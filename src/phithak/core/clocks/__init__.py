"""Running legal clocks of any object: proposed by the system, confirmed by a person.

``engines.clocks`` holds the law as data and the arithmetic; here stand the clocks that run. Awareness is per
organisation and duty: one object may have many clocks, each of one tenant, with who became aware, when and by
what evidence. A running clock keeps the version that it began with. A proposed one never counts as running.
A corrected trigger makes a new row that names the old one. Owns ``RunningClock``.
"""
