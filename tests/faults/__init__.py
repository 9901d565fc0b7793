"""What happens to sign-ins when the network or the service fails, and the scripted service that makes them fail."""
