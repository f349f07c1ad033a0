"""Cases: where reports, alerts and telephone calls meet, until each is closed with what was learnt.

A case belongs to the centre that leads it (``tenant``). An organisation is let in as a ``Party`` and then sees what
is marked as shared; a case of TLP:RED opens to named persons alone. Nothing of a case is rewritten: entries of the
timeline are struck with a reason, requests are fixed once sent.

State machines:

- report: new → linked | rejected | duplicate
- case: triage → containment → eradication → recovery → reporting → post-incident → closed; back with a reason.
  It leaves triage with a class, a severity with its reason, and an answer about personal data (yes, no, or not yet
  known with the day of the next look).

Tables: ``Case`` (narrow: what lists show, sort and filter by, each sort with an index that covers the filters),
``CaseBody`` (texts), ``Party``, ``Entry`` (the timeline), ``Report``, ``Origin`` (which alert or report a case was
opened from, once), ``Counter`` (numbers by year).

Rooms above open cases by ``services.opening.open_from_alert`` and read by ``queries``; the breach room listens to
``PERSONAL_DATA_TOUCHED``. Legal clocks are proposed where a party became aware, never by the centre's own awareness.
"""
