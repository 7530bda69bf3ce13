"""“Copy as PyTorch training loss”: code that draws noise levels, weighs and compares as an objective does.

The functions are this program's own, so a new draw, loss weight or kind has its code at once. All that depends on t is
computed once, and then indexed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ddpm_studio.diffusion.levels import noise, signal
from ddpm_studio.diffusion.noise_levels import log_sigmoid
from ddpm_studio.diffusion.options import Option, as_number
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import FAINTEST, Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.diffusion.training.targets import TARGETS
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ObjectiveError
from ddpm_studio.files.plain_source import Function, definitions
from ddpm_studio.files.snippets import schedule_code, script

_TOLD = {
    "t": "np.arange(len(log_snr))",
    "t+1": "np.arange(1, len(log_snr) + 1)",
    "tau": "np.exp(log_sigmoid(-0.5 * log_snr))",
    "1-tau": "np.exp(log_sigmoid(0.5 * log_snr))",
    "ln_sigma": "-0.5 * log_snr",
}
"""What a network is told of its noise level, by the name that a Parametrisation has for it."""

_LOSS = '''\
a, s, sees, of_x0, of_noise, weights = (
    torch.from_numpy(each).float() for each in (a, s, sees, of_x0, of_noise, weights)
)
probabilities, told = torch.from_numpy(probabilities), torch.from_numpy(told)


def loss(network, x0, generator=None):
    """The weighted squared error of network(x, told), averaged over a batch x0 of shape (B, ...) at levels drawn."""
    device = x0.device if generator is None else generator.device
    t = torch.multinomial(probabilities.to(device), len(x0), replacement=True, generator=generator).cpu()
    noise = torch.randn(x0.shape, generator=generator, device=device, dtype=x0.dtype).to(x0.device)

    def at(table):
        return table[t].to(x0).reshape(-1, *[1] * (x0.ndim - 1))

    x = at(a) * x0 + at(s) * noise
    target = at(of_x0) * x0 + at(of_noise) * noise
    output = network(at(sees) * x, {told})
    return (at(weights) * (output - target) ** 2).mean()'''


def training_loss_code(schedule: Schedule, objective: Objective) -> str:
    """Python code that leaves a function loss(network, x0, generator=None); it needs NumPy and torch.

    Where ᾱ is 0, log SNR is taken for FAINTEST, as everywhere in training. ObjectiveError where no step can be drawn.
    """
    _check_draws(schedule, objective)
    wanted = ("log_snr",) if DRAWS[objective.draw].over == "u" else ("log_snr", "log_snr_density")
    arrays = [entry.array for entry in schedule.coefficients.derivation if entry.name in wanted]
    functions, lines = schedule_code(schedule, arrays)
    shared = definitions([log_sigmoid, signal, noise], named=_named(objective))
    modules = ["import math\n"] if "math." in shared else []
    heading = "\n".join([*modules, "import numpy as np\nimport torch"])
    own = [f"# {objective}", _levels(), _draw(objective), _target(objective), _told(objective), _weights(objective)]
    told = "told[t].to(x0.device)" if _time(objective)[0] in ("t", "t+1") else "told[t].to(x0)"
    return script(schedule, heading, functions, shared, lines, "\n".join(own), _LOSS.replace("{told}", told))


def _check_draws(schedule: Schedule, objective: Objective) -> None:
    """ObjectiveError for a draw over log SNR that is 0 at all steps of a schedule, or infinite at one."""
    if DRAWS[objective.draw].over == "u":
        return
    per_step = schedule.coefficients.log_snr_density
    density = objective.weights(schedule).density
    with np.errstate(over="ignore"):
        whole = np.where(per_step > 0, density / np.maximum(per_step, np.finfo(float).tiny), 0.0).sum()
    if not 0 < whole < np.inf:
        raise ObjectiveError(
            QT_TRANSLATE_NOOP(
                "errors",
                "“{draw}” draws no step of {schedule}; choose another draw, or a schedule with more noise levels.",
            ),
            draw=objective.draw,
            schedule=schedule,
        )


def _named(objective: Objective) -> Mapping[str, Function]:
    """The functions of an objective, by what they are called in the code."""
    stated = LOSS_WEIGHTS[objective.weight]
    named: dict[str, Function] = {"density": DRAWS[objective.draw].density, "target": TARGETS[objective.predict]}
    if objective.weight != "none":
        named["weigh"] = stated.weigh
    if _is_converted(objective):
        named["stated_target"] = TARGETS[stated.on]
    return named


def _is_converted(objective: Objective) -> bool:
    return LOSS_WEIGHTS[objective.weight].on not in ("", objective.predict)


def _levels() -> str:
    return (
        f"log_snr = np.maximum(log_snr, {FAINTEST!r})  # where nothing is left of x0 it is infinite\n"
        "a, s = signal(log_snr), noise(log_snr)"
    )


def _draw(objective: Objective) -> str:
    """How likely each t is drawn, in proportion; the last u stays clear of 1, where some densities are infinite."""
    draw = DRAWS[objective.draw]
    given = _given(objective, draw.options)
    if draw.over == "u":
        return (
            "u = np.minimum(np.arange(1, len(log_snr) + 1) / len(log_snr), 1 - 0.5 / len(log_snr))\n"
            f"probabilities = density(u{given})"
        )
    return (
        "per_step = np.maximum(log_snr_density, np.finfo(float).tiny)\n"
        f"probabilities = np.where(log_snr_density > 0, density(log_snr{given}) / per_step, 0.0)"
    )


def _target(objective: Objective) -> str:
    return f"sees, of_x0, of_noise = target(a, s{_given(objective, PREDICTIONS[objective.predict].options)})"


def _told(objective: Objective) -> str:
    time, scale, offset = _time(objective)
    factor = "" if scale == 1 else f"{scale!r} * "
    return f"told = {factor}{_TOLD[time]}" + (f" + {offset!r}" if offset else "")


def _time(objective: Objective) -> tuple[str, float, float]:
    """What the network is usually told, by what it is multiplied, and what is added."""
    options = Parametrisation(objective.predict).options
    return str(options["time"]), as_number(options["time_scale"]), as_number(options["time_offset"])


def _weights(objective: Objective) -> str:
    """The weight of each t; one that is stated for another quantity is converted by how much of an error each shows."""
    stated = LOSS_WEIGHTS[objective.weight]
    if objective.weight == "none":
        return "weights = np.ones_like(log_snr)"
    line = f"weights = weigh(log_snr{_given(objective, stated.options)})"
    if not _is_converted(objective):
        return line
    given = _given(objective, PREDICTIONS[stated.on].options)
    return (
        f"{line}  # of a loss on {stated.on}\n"
        f"_, stated_x0, stated_noise = stated_target(a, s{given})\n"
        "weights *= ((a * stated_noise - s * stated_x0) / (a * of_noise - s * of_x0)) ** 2"
    )


def _given(objective: Objective, options: tuple[Option, ...]) -> str:
    values = {option.key: objective.values.get(option.key, as_number(option.default)) for option in options}
    return "".join(f", {key}={value!r}" for key, value in values.items())
