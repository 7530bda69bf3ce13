"""k-diffusion's slim .safetensors: refused by name, with its noise levels as a schedule."""
