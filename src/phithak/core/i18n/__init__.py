"""Language and Thai forms for pages: the switch, the ``t`` tag, date and number filters, form fields."""
