"""An optional accelerator in C: it passes by the lines of JSON of which it is sure that nothing hits.

It is compiled once where a compiler is present, and kept beside the compiled patterns. Without it every line takes
the Python path, and the hits are the same: what is passed by was judged by that path before, class by class.
"""

from phithak.engines.sigma.match.passing.build import library
from phithak.engines.sigma.match.passing.passer import Asked, Passer, Seen

__all__ = ["Asked", "Passer", "Seen", "library"]
