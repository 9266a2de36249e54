"""Skills as taxonomies name them: what is kept out of them, and what they add to queries."""
