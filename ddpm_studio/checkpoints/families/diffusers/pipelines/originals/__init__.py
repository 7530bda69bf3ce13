"""Original names of modules and tensors, as the makers of models gave them, and what diffusers calls them."""
