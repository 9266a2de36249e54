"""The search page: rendered here, usable without a script."""
