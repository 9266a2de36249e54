"""What is measured in seconds and bytes: a made-up organisation, timings, and their targets."""
