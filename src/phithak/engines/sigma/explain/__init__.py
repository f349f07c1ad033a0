"""Why a rule or a correlation holds, or why not, in words for the one who sits there at night.

``words`` says tests, levels, bounds and times in Thai and English, ``sentences`` puts them to one sentence of an
alert or a hit, ``answer`` asks one rule about one event, ``correlated`` one correlation.
"""
