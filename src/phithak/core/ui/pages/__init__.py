"""Pages, forms and API of the core's rooms, one package for each (the rooms below have no views of their own)."""
