"""Networks of pipelines, which take tensors alone and return one."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AroundTransformer(nn.Module):
    """A transformer of a pipeline, whose weights keep their names beneath `transformer`."""

    def __init__(self, transformer: nn.Module) -> None:
        super().__init__()
        self.transformer = transformer


class ClassGuided(AroundTransformer):
    """A DiTTransformer2DModel: latents (B, C, h, w), timesteps and labels (B,) → (B, C or 2C, h, w)."""

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        """The output for x at these array indexes, and these classes."""
        out: Tensor = self.transformer(x, timesteps, class_labels=labels, return_dict=False)[0]
        return out


class TextGuided(nn.Module):
    """A UNet2DConditionModel: latents (B, C, h, w), timesteps (B,), words (B, L, D) → (B, C, h, w).

    That of SDXL is also given the whole text as one vector, (B, E), and sizes, (B, 6); one that is told how strongly it
    is guided gets that as (B, G).
    """

    def __init__(self, unet: nn.Module) -> None:
        super().__init__()
        self.unet = unet

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        *,
        encoder_hidden_states: Tensor,
        text_embeds: Tensor | None = None,
        time_ids: Tensor | None = None,
        timestep_cond: Tensor | None = None,
    ) -> Tensor:
        """The output for x at these array indexes, and these words."""
        added = None if text_embeds is None else {"text_embeds": text_embeds, "time_ids": time_ids}
        given = {"timestep_cond": timestep_cond, "added_cond_kwargs": added, "return_dict": False}
        out: Tensor = self.unet(x, timesteps, encoder_hidden_states, **given)[0]
        return out


class JointlyGuided(AroundTransformer):
    """An SD3Transformer2DModel: latents (B, C, h, w), told 1000 τ (B,), words (B, L, D) and the whole text as one
    vector (B, E) → (B, C, h, w).
    """

    def forward(self, x: Tensor, times: Tensor, *, encoder_hidden_states: Tensor, pooled_projections: Tensor) -> Tensor:
        """The output for x at these times, and these words."""
        out: Tensor = self.transformer(
            x,
            encoder_hidden_states=encoder_hidden_states,
            pooled_projections=pooled_projections,
            timestep=times,
            return_dict=False,
        )[0]
        return out


class MaskedGuided(AroundTransformer):
    """A PixArtTransformer2DModel: latents (B, C, h, w), timesteps (B,), words (B, L, D), of which those count that are
    1 in a mask (B, L) → (B, C or 2C, h, w).

    One that is told sizes is given those of the picture, (B, 2), and their ratio, (B, 1).
    """

    def forward(
        self,
        x: Tensor,
        timesteps: Tensor,
        *,
        encoder_hidden_states: Tensor,
        encoder_attention_mask: Tensor,
        resolution: Tensor | None = None,
        aspect_ratio: Tensor | None = None,
    ) -> Tensor:
        """The output for x at these array indexes, and these words."""
        out: Tensor = self.transformer(
            x,
            encoder_hidden_states=encoder_hidden_states,
            encoder_attention_mask=encoder_attention_mask,
            timestep=timesteps,
            added_cond_kwargs={"resolution": resolution, "aspect_ratio": aspect_ratio},
            return_dict=False,
        )[0]
        return out


class PackedGuided(AroundTransformer):
    """A FluxTransformer2DModel: latents (B, C, h, w), told 1000 τ (B,), words (B, L, D), the whole text as one vector
    (B, E), and how strongly it is guided (B,) where it is told → (B, C, h, w).

    It sees each patch of 2 × 2 as one vector of 4 C numbers, and is told its row and column.
    """

    def forward(
        self,
        x: Tensor,
        times: Tensor,
        *,
        encoder_hidden_states: Tensor,
        pooled_projections: Tensor,
        guidance: Tensor | None = None,
    ) -> Tensor:
        """The output for x at these times, and these words."""
        count, channels, height, width = x.shape
        rows, columns = height // 2, width // 2
        patches = x.reshape(count, channels, rows, 2, columns, 2).permute(0, 2, 4, 1, 3, 5)
        out: Tensor = self.transformer(
            patches.reshape(count, rows * columns, 4 * channels),
            encoder_hidden_states=encoder_hidden_states,
            pooled_projections=pooled_projections,
            timestep=times / 1000,
            img_ids=_places(rows, columns, x),
            txt_ids=x.new_zeros(encoder_hidden_states.shape[1], 3),
            guidance=guidance,
            return_dict=False,
        )[0]
        unpacked = out.reshape(count, rows, columns, channels, 2, 2).permute(0, 3, 1, 4, 2, 5)
        return unpacked.reshape(count, channels, height, width)


def _places(rows: int, columns: int, like: Tensor) -> Tensor:
    """0, the row and the column of each patch, (rows · columns, 3)."""
    row, column = (torch.arange(count, device=like.device, dtype=like.dtype) for count in (rows, columns))
    grid = torch.stack(torch.meshgrid(torch.zeros_like(row[:1]), row, column, indexing="ij"), -1)
    return grid.reshape(rows * columns, 3)
