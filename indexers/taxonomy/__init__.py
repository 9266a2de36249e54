"""Skills that organisations name: taxonomies, what is kept out of them, what they add to queries."""
