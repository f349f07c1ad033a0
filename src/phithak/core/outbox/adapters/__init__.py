"""Providers behind one interface: ``mail``, ``sms``, ``chat``, ``webhook`` and ``null``; ``choose`` picks by setting."""
