"""Detection: stored events become alerts, and somebody looks at each.

The ``detector`` process pulls batches from the event store's bus, in the order of their commit, matches every event
against the rules and feeds the correlations of its tenant. What it finds and how far it has come are one
transaction: a kill at any moment loses no alert and makes none twice.

* **One line, not a thousand.** Hits of one rule on one host within an hour of event time are one alert that counts.
  Its key is ``blake2b(tenant, rule, group, window)``, so a replay finds the same row again.
* **Counted once.** A row remembers the last batch that it counted; a batch that comes again is passed over.
* **Correlations** are snapshotted with their own offset, not later than the detector's: after a kill the events
  between the two feed the correlations alone.
* **One detector.** Each start raises a fence; a commit under an older fence is refused, and that process ends.
* **Rules** are those of Phithak and the files in ``DATA/rules``. A set that cannot be read leaves the one before in
  use, and says so.

Owns ``Position``, ``Memory``, ``Alert``; events themselves lie in the event store.
"""
