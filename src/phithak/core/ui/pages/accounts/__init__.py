"""Pages and API of accounts: logging in, one's own account, users and roles, staff sessions, tokens.

``login_urls`` carries the names that django-allauth looks up (``account_login`` …); ``urls`` our own.
"""
