"""TorchScript programs, which the user has to trust."""
