"""DFT Hamiltonians from local atomic structure: Su, Yang, Xiang, Gong, graph LC-Net."""
