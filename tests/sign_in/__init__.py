"""Sign-up, sign-in, each next step and sign-out go as documented, and send the right requests."""
