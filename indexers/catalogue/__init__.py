"""The catalogue: every record, passage, association and vector. The truth; indexes are caches."""
