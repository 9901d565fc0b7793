"""What is on the wire, to the letter: operations, members, whose name, where metadata and secret hashes go."""
