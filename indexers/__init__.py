"""Filling: sources, parsing, chunking, the catalogue, the indexes, and the line through them."""
