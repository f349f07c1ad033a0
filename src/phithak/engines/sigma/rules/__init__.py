"""Reading Sigma rules: files to documents to typed rules, each judged loaded, degraded or refused.

pySigma parses; ``detect`` turns its detections into one boolean tree per rule (``model``), ``correlation``
its correlations into typed objects. Nothing is dropped silently: each document gets a ``Judgement``.
"""

from phithak.engines.sigma.rules.loader import load_rules
from phithak.engines.sigma.rules.model import Correlation, Judgement, Logsource, Rule, RuleSet

__all__ = ["Correlation", "Judgement", "Logsource", "Rule", "RuleSet", "load_rules"]
