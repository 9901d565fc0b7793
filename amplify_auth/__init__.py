"""Sign users in to Amazon Cognito with the API of ``@aws-amplify/auth``: the public names, and nothing else."""

__version__ = "0.1.0"
