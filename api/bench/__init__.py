"""``finder bench``: what Finder must reach, measured on this machine, every ratio in one run."""
