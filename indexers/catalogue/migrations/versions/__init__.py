"""The steps; each is as it was released, so it takes nothing from the schema of today."""
