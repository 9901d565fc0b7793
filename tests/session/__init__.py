"""A session after the sign-in: tokens, refresh, storage, AWS credentials, HTTP, verification of tokens."""
