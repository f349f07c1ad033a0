"""All writes of cases: opening, facts, phases, timeline, parties, reports."""
