"""What the program makes, for the test that counts it (told again by hand, not read from the program)."""

SCOPE = {"mail": 40, "sms": 260, "pair": 100, "silent": 60, "nowhere": 20, "late": 20}
"""500 contacts."""
BACKUPS = 30
PERSONS = 40 + 260 + 50 + 60 + 20
"""Who is asked at first: a pair is one person, and nobody can ask those without an address."""
