"""diffusers' pipeline and UNet2DModel folders."""
