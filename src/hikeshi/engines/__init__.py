"""Machines that know nothing of the web or the database; libraries in their own right."""
