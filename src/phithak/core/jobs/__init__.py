"""Work that outlives a request: lanes, leases, dead letters."""
