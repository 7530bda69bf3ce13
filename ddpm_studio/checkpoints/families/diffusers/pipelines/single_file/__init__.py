"""Single files of Stable Diffusion and Flux, as their makers, A1111 and ComfyUI write them."""
