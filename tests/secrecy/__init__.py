"""No secret is shown: not by objects, errors, warnings or log records."""
