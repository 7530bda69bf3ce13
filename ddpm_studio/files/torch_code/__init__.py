"""Code for PyTorch that does without the program: the noise levels of k-diffusion, and a training loss."""
