"""The dense index: passages by their vectors, in 8-bit codes, scanned exactly."""
