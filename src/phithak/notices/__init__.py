"""Templates of every text that leaves the house, linted by class and approved by two persons; the hotline directory.

A template has versions: draft → submitted → approved → retired. Approval is bound to the hash of the text; a
promise ("closed", "free") is a slot that only a passed check or the directory fills; a telephone number stands
in the directory alone, so that one change there is seen in every text. The worked example of a room:
``docs/tour-of-a-room.md``. Owns ``Template``, ``TemplateVersion``, ``Hotline``, ``RegisteredUrl``.
"""
