"""What the test bed remembers and moto does not."""
