"""The test bed itself: `amplify_auth.testing` answers as Amazon Cognito is documented to."""
