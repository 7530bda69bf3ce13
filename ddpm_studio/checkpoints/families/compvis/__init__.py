"""CompVis' latent diffusion, Stable Diffusion among it: refused by name, with its schedule."""
