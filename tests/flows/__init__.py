"""Sign-up, sign-in and sign-out as their callers meet them, against services that verify."""
