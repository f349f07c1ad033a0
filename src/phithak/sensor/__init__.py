"""What a hospital installs: takes events from what already runs there and brings them to the sector's centre.

One zipapp, standard library only, Python 3.9 and later. It listens and reads, never asks, never scans, never runs
what it was sent: down come acknowledgements, its own settings and its centre's certificate. Persons are taken out of
events before anything reaches the disk; the hospital sees what leaves and has a switch for each source. When it is
stopped, full or broken, the systems round it go on as if it were not there.

Rooms of a sensor: ``sources`` (where events come from), ``spool`` (what waits on the disk), ``uplink`` (the way to
the centre), ``agent`` (the loop that joins them), ``page`` and ``cli`` (what people see).
"""
