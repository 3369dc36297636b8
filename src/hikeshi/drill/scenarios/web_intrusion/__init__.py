"""A small shop's WordPress site is entered by guessing, a weak plug-in and SSH, and its customer list is taken."""
