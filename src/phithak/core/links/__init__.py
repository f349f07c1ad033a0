"""One-time links: a question to a staff contact that is answered with one press, without logging in.

A link goes out by e-mail only; by SMS goes an eight-character code for the portal. The token is
``HMAC(link key, purpose, object, recipient, version)``: rendering a message again gives the same link, and
nothing secret is stored. GET never changes anything (mail scanners open links); the answer is a POST, holds
once, and a second use shows what was answered. A new version ends the former one. Owns ``Link``.
"""
