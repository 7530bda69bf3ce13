"""Single files of Stable Diffusion 1, 2 and XL, as CompVis, Stability, A1111 and ComfyUI write them."""
