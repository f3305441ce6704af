"""Images on a torus: networks that do not see where an object is (G. Bird, thesis, 2023)."""
