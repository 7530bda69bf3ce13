"""Network in a process of its own, as the sampler calls it, and how it comes to be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.shared.apart.child import Child
from ddpm_studio.checkpoints.families.shared.apart.ending import garbled
from ddpm_studio.checkpoints.families.shared.apart.framing import GarbledError, dtype_name, dtype_named, shape_from


class ApartProgram(nn.Module):
    """The network that a process holds, called there by the `Program` with these arguments.

    Here it has no weights, but a parameter without elements, which says on which device and in which precision it is
    to run. Copies share the process.
    """

    is_apart = True

    def __init__(
        self,
        child: Child,
        dtype: torch.dtype | None = torch.float32,
        t_dtype: torch.dtype = torch.float32,
        batch: int | None = None,
    ) -> None:
        super().__init__()
        self.child = child
        self.place = nn.Parameter(torch.empty(0), requires_grad=False)
        self._convention = {"dtype": dtype and dtype_name(dtype), "t_dtype": dtype_name(t_dtype), "batch": batch}

    def forward(self, x: Tensor, timesteps: Tensor, *labels: Tensor) -> Tensor:
        """x (B, C, H, W), timesteps (B,), labels (B,) → (B, C or 2C, H, W), in the precision of x; another shape on the
        meta device.
        """
        pictures, channels, *size = x.shape
        shapes = [[pictures, channels, *size], [pictures, 2 * channels, *size]]
        request = {
            "do": "call",
            "convention": self._convention,
            "device": str(self.place.device),
            "dtype": dtype_name(self.place.dtype),
            "shapes": shapes,
        }
        out = self.child.ask_for_tensor(request, [x, timesteps, *labels], shapes)
        return out if out.is_meta else out.to(x.device)


@dataclass(frozen=True)
class Described:
    """A network that a process has built: its name, the number of its parameters, and its tensors without content."""

    name: str
    parameters: int
    tensors: Mapping[str, Tensor]


class NotANetworkError(Exception):
    """What was returned in place of a network: the name of its class."""


def opened(child: Child, opener: Callable[..., object], **given: object) -> Described:
    """Have a process keep the network that `opener`, a function of ours, returns for these texts and numbers.

    Raises NotANetworkError if it returns something else, and what `Child.ask` raises.
    """
    name = f"{opener.__module__}:{opener.__qualname__}"
    reply = child.ask({"do": "open", "opener": name, "given": given})
    if "type" in reply:
        raise NotANetworkError(str(reply["type"]))
    try:
        return Described(str(reply["name"]), int(reply["parameters"]), _outlined(reply["names"], reply["outline"]))
    except (GarbledError, ValueError, TypeError, KeyError) as error:
        child.end()
        raise garbled(child.path) from error


def fill(child: Child, tensors: Mapping[str, Tensor]) -> None:
    """Load tensors into the network that the process has built; raises what `Child.ask` raises."""
    child.ask({"do": "fill", "names": [*tensors]}, [*tensors.values()])


def content(child: Child, described: Mapping[str, Tensor], name: str) -> Tensor:
    """The tensor of this name, among those of the network that the process has built, with its content."""
    like = described[name]
    shape = [*like.shape]
    return child.ask_for_tensor({"do": "read", "name": name}, [torch.empty(0, dtype=like.dtype)], [shape])


def let_go(network: object) -> None:
    """End the process of a network, if it has one; it is of no use afterwards."""
    if isinstance(network, ApartProgram):
        network.child.end()


def has_ended(network: object) -> bool:
    """True for a network whose process has ended, so that it has to be opened again."""
    return isinstance(network, ApartProgram) and network.child.has_ended


def _outlined(names: Iterable[object], outline: Iterable[tuple[str, object]]) -> Mapping[str, Tensor]:
    """The tensors that a reply describes, on the meta device."""
    made = (torch.empty(shape_from(shape), dtype=dtype_named(dtype), device="meta") for dtype, shape in outline)
    return dict(zip(map(str, names), made, strict=True))
