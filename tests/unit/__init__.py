"""One part computes the right thing. No service takes part."""
