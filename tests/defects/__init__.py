"""What older libraries of this kind got wrong, a test for each: what it guards is in its name and docstring.

The numbers are those of a survey of @aws-amplify/auth 6.20: A sign-up, B the state of a sign-in, C sessions. C3, C5 to
C17 and C26 are tested in ``tests/session``, where docstrings name them.
"""
