"""Templates of notices, with lint by class of text; the worked example of a room."""
