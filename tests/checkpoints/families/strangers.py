"""Strangers: names and shapes of tensors as weights have them that are for other programs, few of each kind."""

from __future__ import annotations

from collections.abc import Mapping

Shapes = Mapping[str, tuple[int, ...]]

SD_UNET: Shapes = {
    "time_embed.0.weight": (8, 8),
    "input_blocks.0.0.weight": (8, 4, 3, 3),
    "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (8, 16),
    "out.2.weight": (4, 8, 3, 3),
}
VAE: Shapes = {
    "encoder.conv_in.weight": (8, 3, 3, 3),
    "encoder.down.0.block.0.conv1.weight": (8, 8, 3, 3),
    "decoder.conv_in.weight": (8, 4, 3, 3),
    "decoder.up.0.block.0.conv1.weight": (8, 8, 3, 3),
    "quant_conv.weight": (8, 8, 1, 1),
}
CLIP: Shapes = {
    "text_model.embeddings.token_embedding.weight": (9, 8),
    "text_model.encoder.layers.0.self_attn.q_proj.weight": (8, 8),
}
FLUX: Shapes = {
    "double_blocks.0.img_attn.qkv.weight": (24, 8),
    "double_blocks.0.txt_mod.lin.weight": (48, 8),
    "single_blocks.0.linear1.weight": (8, 8),
    "img_in.weight": (8, 64),
    "final_layer.adaLN_modulation.1.weight": (16, 8),
}
SD3: Shapes = {
    "x_embedder.proj.weight": (8, 16, 2, 2),
    "t_embedder.mlp.0.weight": (8, 8),
    "joint_blocks.0.context_block.attn.qkv.weight": (24, 8),
    "joint_blocks.0.x_block.adaLN_modulation.1.weight": (48, 8),
    "final_layer.adaLN_modulation.1.weight": (16, 8),
}
HUNYUAN_VIDEO: Shapes = {
    "double_blocks.0.img_attn_qkv.weight": (24, 8),
    "txt_in.individual_token_refiner.blocks.0.norm1.weight": (8,),
    "img_in.proj.weight": (8, 16, 1, 2, 2),
}


def under(prefix: str, *parts: Shapes) -> Shapes:
    """The tensors of several parts with a prefix before their names."""
    return {prefix + name: shape for part in parts for name, shape in part.items()}


SD1: Shapes = {
    **under("model.diffusion_model.", SD_UNET),
    **under("first_stage_model.", VAE),
    **under("cond_stage_model.transformer.", CLIP),
}
REFINER: Shapes = {
    **under("model.diffusion_model.", SD_UNET),
    **under("first_stage_model.", VAE),
    "conditioner.embedders.0.model.transformer.resblocks.0.attn.in_proj_weight": (24, 8),
}
LDM: Shapes = {
    **under("model.diffusion_model.", {name: shape for name, shape in SD_UNET.items() if "attn2" not in name}),
    **under("first_stage_model.", VAE),
}

STRANGERS: Mapping[str, tuple[str, Shapes]] = {
    "kohya LoRA": (
        "a LoRA",
        {
            "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight": (4, 8),
            "lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight": (8, 4),
            "lora_unet_down_blocks_0_attentions_0_proj_in.alpha": (),
        },
    ),
    "diffusers LoRA": (
        "a LoRA",
        {
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora.down.weight": (4, 8),
            "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora.up.weight": (8, 4),
        },
    ),
    "old diffusers LoRA": (
        "a LoRA",
        {"down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.up.weight": (8, 4)},
    ),
    "peft LoRA": (
        "a LoRA",
        {
            "base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight": (4, 8),
            "base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q.lora_B.weight": (8, 4),
        },
    ),
    "LoRA for Flux": (
        "a LoRA",
        {
            "transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": (4, 8),
            "transformer.transformer_blocks.0.norm1_context.linear.lora_B.weight": (8, 4),
        },
    ),
    "kohya LoRA for Flux": ("a LoRA", {"lora_unet_double_blocks_0_img_attn_proj.lora_down.weight": (4, 8)}),
    "LoHa": ("a LoRA", {"lora_unet_up_blocks_0_attentions_0_proj_in.hada_w1_a": (8, 4)}),
    "LoKr": ("a LoRA", {"lora_unet_up_blocks_0_attentions_0_proj_in.lokr_w1": (8, 4)}),
    "LoRA for Flux of XLabs": ("a LoRA", {"double_blocks.0.processor.proj_lora1.up.weight": (8, 4)}),
    "GLoRA": ("a LoRA", {"lora_unet_x.a1.weight": (4, 8), "lora_unet_x.b1.weight": (4, 8)}),
    "IA3": ("a LoRA", {"lora_te_x.weight": (8,), "lora_te_x.on_input": (1,)}),
    "OFT of peft": ("a LoRA", {"base_model.model.down_blocks.0.attn.to_q.oft_R.weight": (4, 8)}),
    "VeRA": ("a LoRA", {"base_model.model.q_proj.vera_lambda_b": (8,), "base_model.vera_A.q": (8, 8)}),
    "hypernetwork of A1111": ("a hypernetwork", {"768.0.linear.0.weight": (8, 8), "768.1.linear.0.weight": (8, 8)}),
    "Adam": ("the state of an optimizer", {"state.0.exp_avg": (8, 3, 3, 3), "state.0.step": ()}),
    "random states of accelerate": (
        "the random states of a training",
        {"torch_manual_seed": (16,), "numpy_random_seed.1": (624,), "torch_cuda_manual_seed.0": (16,)},
    ),
    "random states of Transformers": ("the random states of a training", {"cpu": (16,), "cuda.0": (16,)}),
    "ControlNet of CompVis' kind": (
        "a ControlNet",
        {**under("control_model.", SD_UNET), "control_model.zero_convs.0.0.weight": (8, 8, 1, 1)},
    ),
    "ControlNet beside Stable Diffusion": (
        "a ControlNet",
        {**SD1, **under("control_model.", SD_UNET), "control_model.input_hint_block.0.weight": (16, 3, 3, 3)},
    ),
    "bare ControlNet": ("a ControlNet", {**SD_UNET, "zero_convs.0.0.weight": (8, 8, 1, 1)}),
    "ControlNet of diffusers": (
        "a ControlNet",
        {
            "controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3),
            "controlnet_down_blocks.0.weight": (8, 8, 1, 1),
            "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": (8, 8),
        },
    ),
    "ControlNet for Flux": (
        "a ControlNet",
        {"controlnet_blocks.0.weight": (8, 8), "controlnet_x_embedder.weight": (8, 64), **FLUX},
    ),
    "T2I-Adapter": (
        "a T2I-Adapter",
        {"body.0.block1.weight": (8, 8, 3, 3), "body.0.block2.weight": (8, 8, 1, 1), "conv_in.weight": (8, 192, 3, 3)},
    ),
    "IP-Adapter": (
        "an IP-Adapter",
        {"image_proj.proj.weight": (8, 8), "ip_adapter.1.to_k_ip.weight": (8, 8)},
    ),
    "IP-Adapter Plus": (
        "an IP-Adapter",
        {"image_proj.latents": (1, 16, 8), "ip_adapter.1.to_v_ip.weight": (8, 8)},
    ),
    "EMAModel": (
        "the state of an EMAModel",
        {"shadow_params.0": (8, 3, 3, 3), "shadow_params.1": (8,), "shadow_params.2": (3, 8, 3, 3)},
    ),
    "textual inversion of A1111": ("a textual inversion", {"string_to_param.*": (2, 768)}),
    "textual inversion in safetensors": ("a textual inversion", {"emb_params": (2, 768)}),
    "textual inversion for SDXL": ("a textual inversion", {"clip_g": (2, 1280), "clip_l": (2, 768)}),
    "textual inversion of diffusers": ("a textual inversion", {"<cat-toy>": (768,)}),
    "AnimateDiff": (
        "a motion module",
        {"down_blocks.0.motion_modules.0.temporal_transformer.proj_in.weight": (8, 8)},
    ),
    "HunyuanVideo": ("HunyuanVideo", HUNYUAN_VIDEO),
    "HunyuanVideo of ComfyUI": ("HunyuanVideo", under("model.model.", HUNYUAN_VIDEO)),
    "HunyuanVideo of diffusers": (
        "HunyuanVideo",
        {
            "context_embedder.token_refiner.refiner_blocks.0.norm1.weight": (8,),
            "single_transformer_blocks.0.attn.to_q.weight": (8, 8),
            "x_embedder.proj.weight": (8, 16, 1, 2, 2),
        },
    ),
    "Wan": (
        "Wan",
        {
            "patch_embedding.weight": (8, 16, 1, 2, 2),
            "time_projection.1.weight": (48, 8),
            "blocks.0.cross_attn.norm_q.weight": (8,),
            "head.modulation": (1, 2, 8),
            "head.head.weight": (64, 8),
        },
    ),
    "Wan of diffusers": (
        "Wan",
        {
            "patch_embedding.weight": (8, 16, 1, 2, 2),
            "condition_embedder.time_embedder.linear_1.weight": (8, 8),
            "blocks.0.attn2.norm_q.weight": (8,),
            "scale_shift_table": (1, 2, 8),
        },
    ),
    "a part of Wan": (
        "Wan",
        {"blocks.30.cross_attn.k.weight": (8, 8), "blocks.30.modulation": (1, 6, 8), "head.head.weight": (64, 8)},
    ),
    "CogVideoX": (
        "a video model",
        {"patch_embed.text_proj.weight": (8, 8), "transformer_blocks.0.norm1.linear.weight": (48, 8)},
    ),
    "LTX-Video": (
        "a video model",
        {"patchify_proj.weight": (8, 128), "adaln_single.linear.weight": (48, 8), "scale_shift_table": (2, 8)},
    ),
    "Stable Video Diffusion": (
        "a video model",
        {**SD1, "model.diffusion_model.input_blocks.1.1.time_stack.0.attn1.to_k.weight": (8, 8)},
    ),
    "Mochi": ("a video model", {"blocks.0.attn.qkv_x.weight": (24, 8), "t5_yproj.weight": (8, 8)}),
    "Lumina 2": (
        "Lumina 2 or Z-Image",
        {"noise_refiner.0.attention.qkv.weight": (24, 8), "context_refiner.0.attention.qkv.weight": (24, 8)},
    ),
    "HiDream": (
        "HiDream",
        {"double_stream_blocks.0.block.attn1.to_q.weight": (8, 8), "x_embedder.proj.weight": (8, 64)},
    ),
    "Flux": ("Flux", FLUX),
    "Flux of ComfyUI": ("Flux", {**under("model.diffusion_model.", FLUX), **under("vae.", VAE)}),
    "Flux of diffusers": (
        "Flux",
        {
            "single_transformer_blocks.0.attn.to_q.weight": (8, 8),
            "transformer_blocks.0.norm1_context.linear.weight": (48, 8),
            "x_embedder.weight": (8, 64),
        },
    ),
    "a part of Flux of diffusers": (
        "Flux",
        {"single_transformer_blocks.20.proj_mlp.weight": (8, 8), "transformer_blocks.18.attn.to_q.weight": (8, 8)},
    ),
    "the first part of Flux of diffusers": (
        "Flux",
        {"x_embedder.weight": (8, 64), "transformer_blocks.0.norm1_context.linear.weight": (48, 8)},
    ),
    "a part of Hunyuan-DiT": (
        "Hunyuan-DiT",
        {"blocks.3.attn1.Wqkv.weight": (24, 8), "blocks.3.attn2.kv_proj.weight": (16, 8)},
    ),
    "Qwen-Image": (
        "Qwen-Image",
        {"img_in.weight": (8, 64), "transformer_blocks.0.img_mod.1.weight": (48, 8)},
    ),
    "Sana": (
        "Sana",
        {
            "t_block.1.weight": (48, 8),
            "y_embedder.y_proj.fc1.weight": (8, 8),
            "blocks.0.mlp.inverted_conv.conv.weight": (32, 8, 1, 1),
        },
    ),
    "Sana of diffusers": (
        "Sana",
        {
            "caption_projection.linear_1.weight": (8, 8),
            "patch_embed.proj.weight": (8, 32, 1, 1),
            "transformer_blocks.0.ff.conv_depth.weight": (64, 1, 3, 3),
        },
    ),
    "Stable Cascade": (
        "Stable Cascade",
        {"clip_txt_pooled_mapper.weight": (8, 8), "embedding.1.weight": (8, 16, 1, 1)},
    ),
    "a part of a transformer": (
        "the transformer of a latent diffusion model",
        {"transformer_blocks.20.norm1_context.linear.weight": (48, 8), "proj_out.weight": (64, 8)},
    ),
    "SD3": ("Stable Diffusion 3", SD3),
    "SD3 with its encoders": (
        "Stable Diffusion 3",
        {
            **under("model.diffusion_model.", SD3),
            **under("first_stage_model.", VAE),
            **under("text_encoders.clip_l.transformer.", CLIP),
        },
    ),
    "SD3 of diffusers": (
        "Stable Diffusion 3",
        {
            "pos_embed.proj.weight": (8, 16, 2, 2),
            "transformer_blocks.0.norm1_context.linear.weight": (48, 8),
            "context_embedder.weight": (8, 8),
        },
    ),
    "AuraFlow": (
        "AuraFlow",
        {"double_layers.0.attn.w1q.weight": (8, 8), "single_layers.0.modX.1.weight": (8, 8)},
    ),
    "PixArt": (
        "PixArt",
        {
            "x_embedder.proj.weight": (8, 4, 2, 2),
            "t_block.1.weight": (48, 8),
            "y_embedder.y_proj.fc1.weight": (8, 8),
            "blocks.0.scale_shift_table": (6, 8),
        },
    ),
    "PixArt of diffusers": (
        "PixArt",
        {
            "adaln_single.emb.timestep_embedder.linear_1.weight": (8, 8),
            "caption_projection.linear_1.weight": (8, 8),
            "pos_embed.proj.weight": (8, 4, 2, 2),
            "scale_shift_table": (2, 8),
        },
    ),
    "HunyuanDiT": (
        "Hunyuan-DiT",
        {
            "x_embedder.proj.weight": (8, 4, 2, 2),
            "blocks.0.default_modulation.1.weight": (8, 8),
            "extra_embedder.0.weight": (8, 8),
        },
    ),
    "DiT": (
        "a DiT",
        {
            "pos_embed": (1, 16, 8),
            "x_embedder.proj.weight": (8, 4, 2, 2),
            "t_embedder.mlp.0.weight": (8, 8),
            "y_embedder.embedding_table.weight": (11, 8),
            "blocks.0.adaLN_modulation.1.weight": (48, 8),
            "final_layer.adaLN_modulation.1.weight": (16, 8),
        },
    ),
    "DiT of diffusers": (
        "a DiT",
        {
            "pos_embed.proj.weight": (8, 4, 2, 2),
            "transformer_blocks.0.norm1.emb.class_embedder.embedding_table.weight": (11, 8),
        },
    ),
    "Imagen": (
        "Imagen",
        {
            "unets.0.text_to_cond.weight": (8, 8),
            "unets.0.init_conv.convs.0.weight": (8, 3, 3, 3),
            "unets.0.mid_block1.block1.project.weight": (8, 8, 3, 3),
        },
    ),
    "DALL·E 2": (
        "DALL·E 2",
        {"unets.0.text_to_cond.0.weight": (8, 8), "noise_schedulers.0.sqrt_recip_alphas_cumprod": (10,)},
    ),
    "DeepFloyd IF": (
        "DeepFloyd IF",
        {
            "conv_in.weight": (8, 3, 3, 3),
            "encoder_hid_proj.weight": (8, 8),
            "add_embedding.pool.positional_embedding": (1, 8),
            "time_embedding.linear_1.weight": (8, 8),
            "down_blocks.1.attentions.0.to_q.weight": (8, 8),
        },
    ),
    "GLIDE": (
        "GLIDE",
        {
            "time_embed.0.weight": (8, 8),
            "input_blocks.0.0.weight": (8, 3, 3, 3),
            "input_blocks.3.1.encoder_kv.weight": (16, 8, 1),
            "transformer.resblocks.0.attn.c_qkv.weight": (24, 8),
            "token_embedding.weight": (9, 8),
        },
    ),
    "text-guided pictures": (
        "a text-guided network",
        {
            "conv_in.weight": (8, 3, 3, 3),
            "time_embedding.linear_1.weight": (8, 8),
            "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": (8, 16),
        },
    ),
    "latent diffusion": ("a latent diffusion model from CompVis or Stability", LDM),
    "SDXL's refiner": ("the refiner of Stable Diffusion XL", REFINER),
    "CompVis without its autoencoder": (
        "a CompVis checkpoint",
        {"model.diffusion_model.input_blocks.0.0.weight": (8, 3, 3, 3)},
    ),
    "bare U-Net of Stable Diffusion": ("the U-Net of a latent diffusion model", SD_UNET),
    "U-Net of Stable Diffusion from diffusers": (
        "the U-Net of a latent diffusion model",
        {
            "conv_in.weight": (8, 4, 3, 3),
            "time_embedding.linear_1.weight": (8, 8),
            "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": (8, 16),
        },
    ),
    "VAE": ("an autoencoder", VAE),
    "half a VAE": (
        "an autoencoder",
        {
            "conv_in.weight": (8, 3, 3, 3),
            "down.0.block.0.norm1.weight": (8,),
            "down.0.block.0.conv1.weight": (8, 8, 3, 3),
            "mid.block_1.conv1.weight": (8, 8, 3, 3),
        },
    ),
    "VAE of diffusers": (
        "an autoencoder",
        {
            "encoder.conv_in.weight": (8, 3, 3, 3),
            "encoder.down_blocks.0.resnets.0.conv1.weight": (8, 8, 3, 3),
            "decoder.mid_block.resnets.0.conv1.weight": (8, 8, 3, 3),
        },
    ),
    "training file of a VAE": ("an autoencoder", {**under("state_dict.", VAE), "state_dict.loss.logvar": ()}),
    "VAE of Wan": (
        "an autoencoder",
        {
            "encoder.downsamples.0.residual.0.gamma": (8, 1, 1, 1),
            "decoder.upsamples.0.residual.2.weight": (8, 8, 3, 3, 3),
        },
    ),
    "TAESD encoder": (
        "a TAESD",
        {
            "0.weight": (64, 3, 3, 3),
            "1.conv.0.weight": (64, 64, 3, 3),
            "1.conv.2.weight": (64, 64, 3, 3),
            "1.conv.4.weight": (64, 64, 3, 3),
        },
    ),
    "TAESD of diffusers": (
        "a TAESD",
        {
            "encoder.layers.0.weight": (64, 3, 3, 3),
            "encoder.layers.1.conv.0.weight": (64, 64, 3, 3),
            "encoder.layers.1.conv.4.weight": (64, 64, 3, 3),
            "decoder.layers.1.weight": (64, 4, 3, 3),
        },
    ),
    "DC-AE": (
        "an autoencoder",
        {"encoder.project_in.conv.weight": (8, 3, 3, 3), "decoder.project_in.main.conv.weight": (8, 32, 3, 3)},
    ),
    "Kandinsky 2.2": (
        "Kandinsky 2",
        {
            "conv_in.weight": (8, 4, 3, 3),
            "down_blocks.0.resnets.0.conv1.weight": (8, 8, 3, 3),
            "down_blocks.0.attentions.0.add_k_proj.weight": (8, 8),
        },
    ),
    "CLIP": ("a text encoder", CLIP),
    "OpenCLIP": (
        "a text encoder",
        {"token_embedding.weight": (9, 8), "transformer.resblocks.0.attn.in_proj_weight": (24, 8)},
    ),
    "CLIP vision": (
        "an encoder of pictures",
        {"vision_model.encoder.layers.0.self_attn.q_proj.weight": (8, 8)},
    ),
    "T5": (
        "a text encoder",
        {"shared.weight": (9, 8), "encoder.block.0.layer.0.SelfAttention.q.weight": (8, 8)},
    ),
    "language model": (
        "a language model",
        {"model.embed_tokens.weight": (9, 8), "model.layers.0.self_attn.q_proj.weight": (8, 8)},
    ),
    "signals": (
        "a network for signals",
        {"conv1.weight": (8, 1, 3), "mid.weight": (8, 8, 3), "out.weight": (1, 8, 1), "time.weight": (8, 8)},
    ),
    "signals of lucidrains": (
        "a network for signals",
        {
            "model.init_conv.weight": (8, 1, 7),
            "model.mid_attn.fn.fn.to_qkv.weight": (24, 8, 1),
            "model.final_conv.weight": (1, 8, 1),
            "model.time_mlp.1.weight": (8, 8),
        },
    ),
    "videos": ("a network for videos", {"init.weight": (8, 3, 1, 7, 7), "out.weight": (3, 8, 1, 1, 1)}),
    "points": (
        "a network for points",
        {"net.0.weight": (64, 3), "net.2.weight": (64, 64), "net.4.weight": (2, 64), "net.4.bias": (2,)},
    ),
    "ResNet": ("a classifier", {"layer4.1.conv2.weight": (8, 8, 3, 3), "fc.weight": (10, 8)}),
}
"""What a refusal calls each, and its tensors."""

OWN: Mapping[str, tuple[str, Shapes]] = {
    "score_sde": (
        "a state dict of score_sde",
        {
            "model.module.sigmas": (10,),
            "model.module.all_modules.0.weight": (8, 8),
            "model.module.all_modules.3.weight": (8, 3, 3, 3),
        },
    ),
    "NCSNv2": (
        "a state dict of NCSN",
        {"0.module.sigmas": (10,), "0.module.begin_conv.weight": (8, 3, 3, 3), "0.module.res1.0.conv1.weight": (8,)},
    ),
    "DiT for pictures": (
        "a state dict of a DiT for pictures",
        {
            "x_embedder.proj.weight": (8, 3, 2, 2),
            "y_embedder.embedding_table.weight": (11, 8),
            "blocks.0.adaLN_modulation.1.weight": (48, 8),
        },
    ),
    "StyleGAN 2": (
        "a state dict of a network from no known library",
        {"convs.0.conv.weight": (1, 8, 8, 3, 3), "to_rgb1.conv.weight": (1, 3, 8, 1, 1)},
    ),
    "U-ViT": (
        "a state dict of U-ViT",
        {"in_blocks.0.attn.qkv.weight": (24, 8), "out_blocks.0.skip_linear.weight": (8, 16)},
    ),
    "EDM": (
        "a state dict of EDM",
        {"model.map_noise.freqs": (8,), "model.map_layer0.weight": (8, 8), "model.enc.32x32_conv.weight": (8, 3, 3, 3)},
    ),
    "EDM2": (
        "a state dict of EDM",
        {"unet.emb_fourier.freqs": (8,), "unet.enc.64x64_conv.weight": (8, 5, 3, 3), "unet.out_gain": ()},
    ),
}
"""What can be opened with the network that a person names, and what the question for it calls each."""
