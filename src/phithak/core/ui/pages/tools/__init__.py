"""Small tools beside the work: reading Thai dates, the keyboard page, the style guide."""
