"""All reads of the registry; one module for each part, each with its doors (``…visible_to``)."""
