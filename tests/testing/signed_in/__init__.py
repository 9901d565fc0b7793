"""The operations of the test bed that need an access token or a refresh token."""
