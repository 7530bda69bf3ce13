"""Files of openai/improved-diffusion and openai/guided-diffusion."""
