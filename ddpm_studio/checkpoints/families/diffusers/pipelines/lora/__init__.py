"""LoRAs laid over the networks of a pipeline (Hu et al. 2021), as kohya-ss, diffusers and peft save them."""
