"""Monitoring: which sites send their events, how their sensors are, and what was seen there.

A site is one organisation's place in the roll-out; its senders (our sensor, or an agent that runs there already)
each have sources with a privacy profile and a switch at either side. What a sender may do is projected to the event
store's ``control.db`` after every change; what it tells each minute is taken from the intake's ledger. A sender that
falls silent becomes one signal that says link or box, and a dark site is never shown green. Owns ``Site``, ``Sender``,
``Source``, ``Turn``, ``EnrolmentCode``, ``Sample``, ``Silence``, ``SavedSearch``; events themselves lie in the event
store and are read through ``queries.events``.
"""
