"""Machine learning for tight-binding physics: ensembles, solvers, networks, evaluation, claims."""

__version__ = "0.1.0"
