"""Who may act: tenants, users, memberships, oversight, roles, API tokens, timed staff sessions.

Owns ``Tenant``, ``User``, ``Membership``, ``Oversight``, ``StaffSession`` and ``ApiToken``, and nothing else
about organisations (the registry's organisation shares the tenant's id). ``scope.rows_visible_to`` is the one
filter that every room's ``visible_to`` is built from.
"""
