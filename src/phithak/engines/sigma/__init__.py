"""sigma: Sigma rules over real logs, exact, explained and fast.

What it is: ``rules`` reads and judges rules, ``normalise`` gives records of many kinds one flat form (the
reference for the whole product), ``match`` evaluates every rule of a set against an event for the price of a
few dictionary look-ups, ``correlate`` finds what several events mean together, ``explain`` says it in sentences,
``indicators`` looks for addresses, names and hashes in the same pass, ``pack`` holds the own rules, ``naive`` is
the slow oracle that tests hold all of it to. ``compiled`` keeps a read set on
disk without pickle, ``cli`` is ``phithak sigma``. No database, no network, no clock.

    from phithak.engines.sigma.rules.loader import load_rules
    from phithak.engines.sigma.match import Engine
    engine = Engine(load_rules(["rules/"]))
    hits = engine.match(record)
"""
