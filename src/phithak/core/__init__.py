"""The platform core: small Django apps that every room stands on.

Floors, top first: ``ui | search | pdf`` › ``schedule | links`` › ``outbox`` › ``jobs | files | clocks`` ›
``privacy`` › ``journal`` › ``accounts`` › ``db | i18n | contrib | signals``.
"""
