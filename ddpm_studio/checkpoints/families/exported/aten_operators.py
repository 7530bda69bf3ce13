"""Operators that the nodes of an exported graph may call: those that networks are made of, and nothing else.

torch.export.load unpickles, evaluates strings and generates source code from what is in the file (torch 2.13), so it is
not used. The graph itself is data: names of ATen operators and their arguments. It is walked here, and nothing but the
operators below is ever called.

Not every operator of ATen keeps to its memory, or to computing: some make views of any size (as_strided,
_reshape_alias), some read files or print. Each of these does keep to it, whatever it is given within the bounds of a
Rehearsal; tests/checkpoints/families/exported/test_operators.py tries. None returns a number that was computed from
values, or a tensor whose size depends on them (nonzero, item), so a rehearsal without values says what a run takes.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported.notation import LARGEST, OnDevice, UnknownPartError

Number = bool | int | float

_ON_NUMBERS: dict[str, Callable[..., Number]] = {
    **{f"_operator.{name}": getattr(operator, name) for name in ("add", "sub", "mul", "floordiv", "truediv", "mod")},
    **{f"_operator.{name}": getattr(operator, name) for name in ("neg", "eq", "ne", "lt", "le", "gt", "ge", "and_")},
    **{f"math.{name}": getattr(math, name) for name in ("ceil", "floor", "trunc")},
    "torch.sym_max": max,
    "torch.sym_min": min,
    "torch.sym_not": operator.not_,
    "torch._sym_sqrt": math.sqrt,
    "torch.sym_float": float,
    "torch.sym_int": int,
    "torch.sym_ite": lambda c, a, b: a if c else b,
}

_ATEN = "torch.ops.aten."
_CHECKS = {f"{_ATEN}{name}" for name in ("_assert_tensor_metadata.default", "_assert_scalar.default")}
"""What asserts that sizes and types are the example's, which they need not be elsewhere."""

_RESHAPES: dict[object, Callable[..., object]] = {
    torch.ops.aten.view.default: torch.ops.aten.reshape.default,
    torch.ops.aten._unsafe_view.default: torch.ops.aten.reshape.default,
    torch.ops.aten.view_as.default: torch.ops.aten.reshape_as.default,
}
_RENAMED = {"size": "shape"}

_ENUMERATIONS: dict[str, type] = {
    "ScalarType": torch.dtype,
    "Layout": torch.layout,
    "MemoryFormat": torch.memory_format,
    "Device": OnDevice,
    "Generator": type(None),
}
"""What stands for the values of these types of torch's."""

_LEFT_OFF = frozenset({"pin_memory"})
"""Options that no network turns on: memory that is pinned is taken from all other programs, and counted nowhere."""

ALLOWED = frozenset(
    f"{_ATEN}{name}"
    for group in (
        # Products of matrices.
        "linear.default matmul.default mm.default bmm.default addmm.default addbmm.default baddbmm.default mv.default",
        "addmv.default dot.default outer.default einsum.default tensordot.default kron.default",
        # Convolutions.
        "convolution.default conv1d.default conv1d.padding conv2d.default conv2d.padding conv3d.default",
        "conv3d.padding conv_transpose1d.default conv_transpose2d.input conv_transpose3d.input im2col.default",
        "col2im.default",
        # Normalisation, and dropout.
        "batch_norm.default native_batch_norm.default _native_batch_norm_legit.default instance_norm.default",
        "_native_batch_norm_legit.no_stats _native_batch_norm_legit_no_training.default group_norm.default",
        "native_group_norm.default layer_norm.default native_layer_norm.default rms_norm.default dropout.default",
        "dropout_.default native_dropout.default feature_dropout.default alpha_dropout.default",
        # Attention.
        "scaled_dot_product_attention.default _scaled_dot_product_flash_attention_for_cpu.default softmax.int",
        "_softmax.default _safe_softmax.default log_softmax.int _log_softmax.default",
        # Activations.
        "relu.default relu_.default relu6.default relu6_.default silu.default silu_.default gelu.default mish.default",
        "mish_.default elu.default elu_.default selu.default selu_.default celu.default celu_.default prelu.default",
        "_prelu_kernel.default leaky_relu.default leaky_relu_.default hardswish.default hardswish_.default",
        "glu.default hardsigmoid.default hardsigmoid_.default hardtanh.default hardtanh_.default softplus.default",
        "tanh.default log_sigmoid.default log_sigmoid_forward.default softshrink.default hardshrink.default",
        "sigmoid.default sigmoid_.default tanh_.default threshold.default threshold_.default",
        # Pictures made smaller, larger, wider and denser.
        "avg_pool1d.default avg_pool2d.default avg_pool3d.default max_pool1d.default max_pool2d.default",
        "max_pool3d.default max_pool2d_with_indices.default max_pool3d_with_indices.default",
        "adaptive_avg_pool1d.default adaptive_avg_pool2d.default adaptive_avg_pool3d.default",
        "_adaptive_avg_pool2d.default _adaptive_avg_pool3d.default adaptive_max_pool1d.default",
        "adaptive_max_pool2d.default upsample_nearest1d.vec upsample_nearest1d.default upsample_nearest2d.vec",
        "upsample_nearest2d.default upsample_nearest3d.vec upsample_nearest3d.default upsample_linear1d.vec",
        "upsample_linear1d.default upsample_bilinear2d.vec upsample_bilinear2d.default upsample_trilinear3d.vec",
        "upsample_trilinear3d.default upsample_bicubic2d.vec upsample_bicubic2d.default _upsample_nearest_exact1d.vec",
        "_upsample_nearest_exact2d.vec _upsample_nearest_exact2d.default _upsample_bilinear2d_aa.vec",
        "_upsample_bilinear2d_aa.default _upsample_bicubic2d_aa.vec _upsample_bicubic2d_aa.default pad.default",
        "constant_pad_nd.default reflection_pad1d.default reflection_pad2d.default reflection_pad3d.default",
        "replication_pad1d.default replication_pad2d.default replication_pad3d.default pixel_shuffle.default",
        "pixel_unshuffle.default channel_shuffle.default",
        # One value from one value.
        "abs.default acos.default asin.default atan.default bitwise_not.default ceil.default cos.default cosh.default",
        "erf.default exp.default exp2.default expm1.default floor.default frac.default isfinite.default isinf.default",
        "isnan.default log.default log10.default log1p.default log2.default logical_not.default nan_to_num.default",
        "neg.default reciprocal.default round.default rsqrt.default sign.default sin.default sinh.default",
        "sqrt.default square.default tan.default trunc.default clamp.default clamp.Tensor clamp_min.default",
        "clamp_max.default clip.default clamp_.default clamp_min_.default clamp_max_.default abs_.default",
        "cos_.default exp_.default neg_.default reciprocal_.default rsqrt_.default sin_.default sqrt_.default",
        "square_.default floor_.default ceil_.default round_.default log_.default erf_.default sign_.default",
        "logical_not_.default",
        # One value from several.
        "add.Tensor add.Scalar add_.Tensor add_.Scalar sub.Tensor sub.Scalar sub_.Tensor sub_.Scalar rsub.Scalar",
        "rsub.Tensor mul.Tensor mul.Scalar mul_.Tensor mul_.Scalar div.Tensor div.Scalar div.Tensor_mode",
        "div.Scalar_mode div_.Tensor div_.Scalar true_divide.Tensor floor_divide.default floor_divide.Scalar",
        "remainder.Scalar remainder.Tensor fmod.Scalar fmod.Tensor pow.Tensor_Scalar pow.Tensor_Tensor pow.Scalar",
        "pow_.Scalar pow_.Tensor atan2.default maximum.default minimum.default addcmul.default addcmul_.default",
        "addcdiv.default addcdiv_.default lerp.Scalar lerp.Tensor lerp_.Scalar eq.Scalar eq.Tensor ne.Scalar",
        "ne.Tensor lt.Scalar lt.Tensor le.Scalar le.Tensor gt.Scalar gt.Tensor ge.Scalar ge.Tensor",
        "logical_and.default logical_or.default logical_xor.default bitwise_and.Tensor bitwise_and.Scalar",
        "bitwise_or.Tensor bitwise_or.Scalar bitwise_xor.Tensor bitwise_xor.Scalar __and__.Tensor __and__.Scalar",
        "__or__.Tensor __or__.Scalar __xor__.Tensor __xor__.Scalar __lshift__.Scalar __rshift__.Scalar",
        "floor_divide_.Tensor remainder_.Scalar remainder_.Tensor fmod_.Scalar fmod_.Tensor where.self",
        "where.ScalarSelf where.ScalarOther where.Scalar masked_fill.Scalar masked_fill.Tensor masked_fill_.Scalar",
        "masked_fill_.Tensor",
        # Values along dimensions.
        "sum.default sum.dim_IntList mean.default mean.dim prod.default prod.dim_int var.dim var.correction std.dim",
        "std.correction std_mean.dim var_mean.dim var_mean.correction aminmax.default any.dims amax.default",
        "amin.default max.default max.dim min.default min.dim argmax.default argmin.default any.default any.dim",
        "all.default all.dim logsumexp.default cumsum.default cumprod.default norm.Scalar norm.ScalarOpt_dim",
        "linalg_vector_norm.default sort.default argsort.default topk.default linalg_norm.default",
        "cosine_similarity.default",
        # Other shapes, and parts.
        "view.default _unsafe_view.default view_as.default reshape.default reshape_as.default flatten.using_ints",
        "unflatten.int permute.default transpose.int swapaxes.default movedim.int movedim.intlist t.default",
        "mT.default numpy_T.default squeeze.default squeeze.dim squeeze.dims unsqueeze.default unsqueeze_.default",
        "expand.default expand_as.default broadcast_to.default repeat.default tile.default repeat_interleave.self_int",
        "slice.Tensor select.int narrow.default diagonal.default unfold.default split.Tensor split.sizes",
        "split_with_sizes.default chunk.default tensor_split.sections unbind.int broadcast_tensors.default",
        "meshgrid.indexing ravel.default adjoint.default swapdims.default moveaxis.int column_stack.default",
        "dstack.default fliplr.default cat.default concat.default stack.default hstack.default vstack.default",
        "flip.default roll.default rot90.default tril.default triu.default slice_scatter.default",
        "select_scatter.default",
        # Parts by their numbers.
        "index.Tensor _unsafe_index.Tensor index_select.default gather.default embedding.default index_put.default",
        "index_put_.default scatter.value scatter.src scatter_.value scatter_.src scatter_add.default one_hot.default",
        "take_along_dim.default index_add.default index_fill.int_Scalar index_copy.default",
        # New tensors.
        "arange.default arange.start arange.start_step linspace.default zeros.default zeros_like.default ones.default",
        "ones_like.default full.default full_like.default empty.memory_format empty_like.default",
        "empty_permuted.default eye.default eye.m tril_indices.default triu_indices.default new_zeros.default",
        "new_ones.default new_full.default new_empty.default scalar_tensor.default rand.default rand_like.default",
        "randn.default randn_like.default randint.default randint.low randperm.default zero.default",
        "normal.float_float normal_functional.default uniform.default fill.Scalar fill.Tensor fill_.Scalar",
        "fill_.Tensor zero_.default copy.default copy_.default normal_.default uniform_.default bernoulli.default",
        # The same in another type or place.
        "to.dtype to.dtype_layout to.device to.other type_as.default _to_copy.default contiguous.default",
        "clone.default detach.default detach_.default alias.default lift_fresh.default lift_fresh_copy.default",
        # Sizes.
        "sym_size.int sym_numel.default",
    )
    for name in group.split()
)


def operator_named(target: str) -> Callable[..., object]:
    """The operator that a node calls; UnknownPartError for all but those above and arithmetic on sizes."""
    if target in _ON_NUMBERS:
        return _on_numbers(_ON_NUMBERS[target])
    if target in _CHECKS:
        return _unchecked
    if target not in ALLOWED:
        raise UnknownPartError(target)
    name, _, overload = target.removeprefix(_ATEN).partition(".")
    found = getattr(getattr(torch.ops.aten, name, None), overload, None)
    if found is None:  # Of another version of torch.
        raise UnknownPartError(target)
    return cast(Callable[..., object], found)


def check_arguments(target: str, function: Callable[..., object], given: Mapping[str, object]) -> None:
    """UnknownPartError for an argument that the operator does not have, an enumeration that is not one, or an option
    that is to be left off.

    torch takes whatever number stands in the place of an enumeration, and looks it up in a table without a check.
    """
    if not isinstance(function, torch._ops.OpOverload):
        return
    kinds = _kinds(function)
    for name, value in given.items():
        allowed = [types for kind, types in _ENUMERATIONS.items() if kind in kinds.get(name, "")]
        if name not in kinds or (value is not None and allowed and not isinstance(value, allowed[0])):
            raise UnknownPartError(target)
        if name in _LEFT_OFF and value is not None and value is not False:
            raise UnknownPartError(target)


@cache
def _kinds(function: torch._ops.OpOverload) -> Mapping[str, str]:
    """The types of an operator's arguments in torch's notation, by their names."""
    return {argument.name: str(argument.real_type) for argument in function._schema.arguments}


def anywhere(
    function: Callable[..., object], given: dict[str, object]
) -> tuple[Callable[..., object], dict[str, object]]:
    """The operator and its arguments for any device and layout: a reshape for a view, and attention that is not only
    the CPU's.

    A view asks for the layout in memory that the graph was traced with, and exporting leaves out the copies that this
    one made needless. Attention and convolutions lay out their results differently on every device.
    """
    if function is torch.ops.aten._scaled_dot_product_flash_attention_for_cpu.default:
        return _attention, given
    if function not in _RESHAPES:
        return function, given
    return _RESHAPES[function], {_RENAMED.get(name, name): value for name, value in given.items()}


def _attention(query: Tensor, key: Tensor, value: Tensor, **options: Any) -> Sequence[Tensor]:
    """What the CPU's operator returns, attention and the logarithm of its sums, on whichever device query is."""
    if query.device.type not in ("cpu", "meta"):
        return attention_written_out(query, key, value, **options)
    here: Any = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    return cast(Sequence[Tensor], here(query, key, value, **options))


def attention_written_out(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    attn_mask: Tensor | None = None,
    scale: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Attention, and the logarithm of the sum of its weights, from query (B, H, L, D), key and value (B, H, S, D).

    There is no dropout, nor is there on the CPU.
    """
    weights = query @ key.mT * (query.shape[-1] ** -0.5 if scale is None else scale)
    if is_causal:
        weights = weights.masked_fill(torch.ones_like(weights, dtype=torch.bool).triu(1), -math.inf)
    if attn_mask is not None:
        weights = weights + attn_mask
    return weights.softmax(-1) @ value, weights.logsumexp(-1)


def is_on_numbers(target: str) -> bool:
    """True if the operator takes its arguments by position and not by name."""
    return target in _ON_NUMBERS


def writes(function: object) -> bool:
    """True for an operator that changes a tensor that it is given."""
    return isinstance(function, torch._ops.OpOverload) and bool(function._schema.is_mutable)


def _on_numbers(function: Callable[..., Number]) -> Callable[..., Number]:
    """`function` for numbers alone, since others grow by multiplication; ValueError if what comes out is too large."""

    def bounded(*numbers: object) -> Number:
        if not all(isinstance(number, Number) for number in numbers):
            raise TypeError("not a number")
        found = function(*numbers)
        if isinstance(found, int) and abs(found) > LARGEST:
            raise ValueError("too large a number")
        return found

    return bounded


def _unchecked(**_: object) -> None:
    """Skip a check."""
