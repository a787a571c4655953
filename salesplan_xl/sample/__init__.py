"""The sample company: real-looking data to try every step on."""
