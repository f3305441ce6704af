"""Band structures of p6 unit cells (V. Peano, F. Sapper, F. Marquardt, arXiv:1912.03296)."""
