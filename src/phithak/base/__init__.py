"""The ground floor: configuration, clock, ids, errors and keys on disk. Imports nothing of ours."""
