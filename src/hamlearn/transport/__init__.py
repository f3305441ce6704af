"""Quantum transport shared by the studies: leads, exact solvers and the Kwant reference."""
