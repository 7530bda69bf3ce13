"""TorchScript archives: programs for torch's interpreter."""
