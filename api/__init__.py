"""The outside: settings, assembly, HTTP, pages and the command line."""
