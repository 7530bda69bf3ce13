"""Host: the network in a process apart, and the answers to what is asked about it."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from functools import reduce
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.shared.apart.framing import (
    Message,
    dtype_named,
    outline,
    receive_tensor,
)
from ddpm_studio.checkpoints.families.shared.program import Program
from ddpm_studio.sampling.devices import Placements

Answer = tuple[Message, Sequence[Tensor]]


class Host:
    """Holds one network, in the calling conventions and the places in which it was called."""

    def __init__(self) -> None:
        self._network = nn.Module()
        self._programs: dict[str, tuple[Program, Placements]] = {}

    def answer(self, request: Message, stream: socket.socket) -> Answer:
        """What is asked for, with the tensors that belong to the request taken from the stream before all else."""
        tensors = [receive_tensor(stream, dtype_named(dtype), shape) for dtype, shape in request["tensors"]]
        answer: Answer = getattr(self, f"_{request['do']}")(request, tensors)
        return answer

    def _open(self, request: Message, tensors: Sequence[Tensor]) -> Answer:
        """Keep the network that the function called `opener` returns, and describe it."""
        module, _, function = request["opener"].partition(":")
        opener: Any = reduce(getattr, function.split("."), import_module(module))
        network = opener(**request["given"])
        if not isinstance(network, nn.Module):
            return {"type": type(network).__name__}, ()
        self._network = network
        network.eval()
        tensors_of_it = _tensors_of(network)
        return {
            "name": str(getattr(network, "original_name", type(network).__name__)),
            "parameters": sum(parameter.numel() for parameter in network.parameters()),
            "names": [*tensors_of_it],
            "outline": outline(tensors_of_it.values()),
        }, ()

    def _fill(self, request: Message, tensors: Sequence[Tensor]) -> Answer:
        """Load tensors into the network, by their names."""
        wanted = _tensors_of(self._network)
        pairs = zip(request["names"], tensors, strict=True)
        self._network.load_state_dict({name: tensor.to(wanted[name].dtype) for name, tensor in pairs})
        return {}, ()

    def _read(self, request: Message, tensors: Sequence[Tensor]) -> Answer:
        """A tensor of the network, by its name."""
        tensor = _tensors_of(self._network)[request["name"]]
        return {"shape": list(tensor.shape)}, [tensor]

    def _call(self, request: Message, tensors: Sequence[Tensor]) -> Answer:
        """The network's output for x, t and labels, if any, with content only if it is one that can be used."""
        device = torch.device(request["device"])
        program, placements = self._program(request["convention"])
        placed = placements.get(program, device, dtype_named(request["dtype"]))
        with torch.inference_mode():
            out = placed(*(tensor.to(device) for tensor in tensors))
            shape = list(out.shape)
            return {"shape": shape}, [out.cpu().contiguous()] if shape in request["shapes"] else ()

    def _program(self, convention: Message) -> tuple[Program, Placements]:
        """The network as it is called in this convention; no more than one is kept."""
        key = str(convention)
        if key not in self._programs:
            dtype, t_dtype = (name and dtype_named(name) for name in (convention["dtype"], convention["t_dtype"]))
            program = Program(self._network, dtype, t_dtype, batch=convention["batch"])
            self._programs = {key: (program.eval(), Placements())}
        return self._programs[key]


def _tensors_of(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in network.state_dict().items() if isinstance(tensor, Tensor)}
