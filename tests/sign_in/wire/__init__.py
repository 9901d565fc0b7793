"""The requests to the letter: operations, members, user names, metadata, devices and secret hashes."""
