"""The scripts that run on hosts, and what they answer."""
