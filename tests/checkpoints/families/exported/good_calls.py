"""Calls that operators take, for those that hardly ever take arguments drawn at random: by position, as in torch."""

from __future__ import annotations

from typing import Any

Drawn = tuple[str, tuple[int, ...]]


def _f(*shape: int) -> Drawn:
    """A tensor of numbers of this shape."""
    return "real", shape


def _n(*shape: int) -> Drawn:
    """A tensor of indexes 0, 1 and 3."""
    return "index", shape


def _b(*shape: int) -> Drawn:
    """A tensor of truth values."""
    return "mask", shape


_LINE, _PICTURE, _BODY, _ONE = _f(2, 4, 8), _f(2, 4, 8, 8), _f(2, 4, 4, 8, 8), _f(4)
_BY_SIZE = {1: _LINE, 2: _PICTURE, 3: _BODY}
_NORM = (_PICTURE, _ONE, _ONE, _ONE, _ONE)
_HEADS = _f(2, 2, 16, 8)

GOOD: dict[str, tuple[Any, ...]] = {
    "addbmm.default": (_f(8, 8), _f(2, 8, 8), _f(2, 8, 8)),
    "addmm.default": (_f(8), _f(8, 8), _f(8, 8)),
    "addmv.default": (_f(8), _f(8, 8), _f(8)),
    "baddbmm.default": (_f(2, 8, 8), _f(2, 8, 8), _f(2, 8, 8)),
    "bmm.default": (_f(2, 8, 8), _f(2, 8, 8)),
    "dot.default": (_f(8), _f(8)),
    "mm.default": (_f(8, 8), _f(8, 8)),
    "mv.default": (_f(8, 8), _f(8)),
    "matmul.default": (_f(2, 8, 8), _f(8, 8)),
    "linear.default": (_f(2, 8), _f(4, 8), _ONE),
    "einsum.default": ("bchw,bchw->bc", [_PICTURE, _PICTURE]),
    "tensordot.default": (_f(8, 4), _f(4, 8), [1], [0]),
    "kron.default": (_f(2, 2), _f(3, 3)),
    **{f"conv{n}d.{way}": (_BY_SIZE[n], _f(4, 4, *[3] * n), _ONE) for n in (1, 2, 3) for way in ("default", "padding")},
    "conv_transpose1d.default": (_LINE, _f(4, 4, 2), _ONE, [2]),
    "conv_transpose2d.input": (_PICTURE, _f(4, 4, 2, 2), _ONE, [2, 2]),
    "conv_transpose3d.input": (_BODY, _f(4, 4, 2, 2, 2), _ONE, [2, 2, 2]),
    "convolution.default": (_PICTURE, _f(4, 4, 3, 3), _ONE, [1, 1], [1, 1], [1, 1], False, [0, 0], 1),
    "im2col.default": (_PICTURE, [2, 2], [1, 1], [0, 0], [2, 2]),
    "col2im.default": (_f(2, 16, 16), [8, 8], [2, 2], [1, 1], [0, 0], [2, 2]),
    "batch_norm.default": (*_NORM, False, 0.1, 1e-5, True),
    "native_batch_norm.default": (*_NORM, False, 0.1, 1e-5),
    "_native_batch_norm_legit.default": (*_NORM, False, 0.1, 1e-5),
    "_native_batch_norm_legit_no_training.default": (*_NORM, 0.1, 1e-5),
    "_native_batch_norm_legit.no_stats": (_PICTURE, _ONE, _ONE, True, 0.1, 1e-5),
    "instance_norm.default": (*_NORM, True, 0.1, 1e-5, True),
    "group_norm.default": (_PICTURE, 2, _ONE, _ONE),
    "native_group_norm.default": (_PICTURE, _ONE, _ONE, 2, 4, 64, 2, 1e-5),
    "layer_norm.default": (_PICTURE, [8], _f(8), _f(8)),
    "native_layer_norm.default": (_PICTURE, [8], _f(8), _f(8), 1e-5),
    "rms_norm.default": (_PICTURE, [8], _f(8)),
    "scaled_dot_product_attention.default": (_HEADS, _HEADS, _HEADS, _f(16, 16)),
    "_scaled_dot_product_flash_attention_for_cpu.default": (_HEADS, _HEADS, _HEADS),
    "embedding.default": (_f(8, 4), _n(2)),
    "prelu.default": (_PICTURE, _ONE),
    "_prelu_kernel.default": (_PICTURE, _f(1, 4, 1, 1)),
    **{f"{kind}_pool{n}d.default": (_BY_SIZE[n], [2] * n) for n in (1, 2, 3) for kind in ("avg", "max")},
    **{f"max_pool{n}d_with_indices.default": (_BY_SIZE[n], [2] * n) for n in (2, 3)},
    **{f"adaptive_avg_pool{n}d.default": (_BY_SIZE[n], [2] * n) for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d.default": (_BY_SIZE[n], [2] * n) for n in (1, 2)},
    **{f"_adaptive_avg_pool{n}d.default": (_BY_SIZE[n], [2] * n) for n in (2, 3)},
    **{f"upsample_nearest{n}d.vec": (_BY_SIZE[n], None, [2.0] * n) for n in (1, 2, 3)},
    **{f"_upsample_nearest_exact{n}d.vec": (_BY_SIZE[n], None, [2.0] * n) for n in (1, 2)},
    **{f"upsample_nearest{n}d.default": (_BY_SIZE[n], [5] * n) for n in (1, 2, 3)},
    "_upsample_nearest_exact2d.default": (_PICTURE, [5, 5]),
    **{
        f"{mode}{n}d{ending}": (_BY_SIZE[n], *given, *([2.0] * n if ending.endswith("default") else [[2.0] * n]))
        for n, names in {1: ["linear"], 2: ["bilinear", "bicubic"], 3: ["trilinear"]}.items()
        for mode in (f"upsample_{name}" for name in names)
        for ending, given in ((".vec", (None, False)), (".default", ([16] * n, False)))
    },
    **{
        f"_upsample_{mode}2d_aa{ending}": (_PICTURE, *given)
        for mode in ("bilinear", "bicubic")
        for ending, given in ((".vec", (None, False, [0.5, 0.5])), (".default", ([5, 5], False)))
    },
    "pad.default": (_PICTURE, [1, 1, 1, 1], "reflect"),
    **{
        f"{kind}_pad{n}d.default": (_BY_SIZE[n], [1] * 2 * n)
        for n in (1, 2, 3)
        for kind in ("reflection", "replication")
    },
    "pixel_shuffle.default": (_PICTURE, 2),
    "pixel_unshuffle.default": (_PICTURE, 2),
    "channel_shuffle.default": (_PICTURE, 2),
    "where.self": (_b(2, 4, 8, 8), _PICTURE, _PICTURE),
    "movedim.intlist": (_PICTURE, [0], [1]),
    "permute.default": (_PICTURE, [0, 2, 3, 1]),
    "transpose.int": (_PICTURE, 1, 2),
    "swapaxes.default": (_PICTURE, 1, 2),
    "unflatten.int": (_PICTURE, 1, [2, 2]),
    "narrow.default": (_PICTURE, 1, 0, 2),
    "split.sizes": (_PICTURE, [1, 3], 1),
    "split_with_sizes.default": (_PICTURE, [1, 3], 1),
    "meshgrid.indexing": ([_f(3), _f(4)],),
    "slice_scatter.default": (_PICTURE, _f(2, 2, 8, 8), 1, 0, 2),
    "select_scatter.default": (_PICTURE, _f(2, 8, 8), 1, 0),
    "diagonal.default": (_PICTURE, 0, 2, 3),
    "unfold.default": (_PICTURE, 2, 2, 2),
    "index.Tensor": (_PICTURE, [_n(2)]),
    "_unsafe_index.Tensor": (_PICTURE, [None, _n(2)]),
    "index_select.default": (_PICTURE, 1, _n(2)),
    "gather.default": (_PICTURE, 1, _n(2, 2, 8, 8)),
    "take_along_dim.default": (_PICTURE, _n(2, 2, 8, 8), 1),
    "index_put.default": (_PICTURE, [_n(2)], _f(2, 4, 8, 8)),
    "index_put_.default": (_PICTURE, [_b(2, 4)], _f()),
    **{f"scatter{ending}": (_PICTURE, 1, _n(2, 2, 8, 8), _PICTURE) for ending in (".src", "_.src", "_add.default")},
    **{f"scatter{ending}": (_PICTURE, 1, _n(2, 2, 8, 8), 0.5) for ending in (".value", "_.value")},
    "index_add.default": (_PICTURE, 1, _n(3), _f(2, 3, 8, 8)),
    "index_copy.default": (_PICTURE, 1, _n(2), _f(2, 2, 8, 8)),
    "index_fill.int_Scalar": (_PICTURE, 1, _n(2), 0.5),
    "one_hot.default": (_n(2), 4),
    "empty_permuted.default": ([2, 4], [1, 0]),
    "repeat_interleave.self_int": (_PICTURE, 2, 1),
    "roll.default": (_PICTURE, [1], [2]),
    "rot90.default": (_PICTURE, 1, [2, 3]),
}
"""By the name of the operator in ATen. A tensor is told by its kind and its shape."""
