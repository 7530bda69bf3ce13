"""Small parts that know nothing of diffusion."""
