"""CompVis' latent diffusion, including Stable Diffusion: refused by name, with its schedule."""
