"""Providers behind one interface (``base``): ``smtp``, ``web`` (SMS, chat, webhook), ``null``.

``choose`` picks one for each channel by the settings; ``http`` is the only way out of ``web``.
"""
