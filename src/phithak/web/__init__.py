"""The top floor: urls, settings, base templates, static files, the command line and the supervisor."""
