"""What every engine needs: the limited process, archives, encodings, hashing, problems."""
