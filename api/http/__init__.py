"""Finder over HTTP."""
