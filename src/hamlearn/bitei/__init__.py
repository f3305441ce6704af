"""Phases of BiTeI from its hoppings: G. Bird, MPhys thesis, Manchester (2023)."""
