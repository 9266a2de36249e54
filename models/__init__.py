"""Machine-learning models behind the core's ports: encoders and language detection."""
