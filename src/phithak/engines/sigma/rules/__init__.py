"""Reading Sigma rules: files to documents to typed rules, each judged loaded, degraded or refused.

pySigma parses (``loader``); ``detect`` turns its detections into one boolean tree per rule (``model``),
``correlation`` its correlations into typed objects. Nothing is dropped silently: each document gets a
``Judgement``. ``model``, ``trees`` and ``regex`` need no pySigma, so a cached set starts without it.
"""
