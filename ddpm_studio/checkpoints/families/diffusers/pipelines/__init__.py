"""Pipelines of diffusers that draw latents: their networks, autoencoders and text encoders, each read as weights."""
