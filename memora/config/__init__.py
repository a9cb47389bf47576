"""Settings: which there are, what they take, and where each value comes from."""
