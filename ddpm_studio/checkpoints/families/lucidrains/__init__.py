"""Files of lucidrains/denoising-diffusion-pytorch."""
