"""Weights for other programs: parts of larger models, latents, texts, videos, signals, each refused by its name."""
