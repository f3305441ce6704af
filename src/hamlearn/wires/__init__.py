"""Conductance of disordered quantum wires (Li, Lu, Zhai, Phys. Rev. B 102, 064205)."""
