"""Small widgets that know nothing about diffusion."""
