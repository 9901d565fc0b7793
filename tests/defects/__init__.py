"""What older libraries of this kind got wrong, one test for each: what it guards is in its name and docstring."""
