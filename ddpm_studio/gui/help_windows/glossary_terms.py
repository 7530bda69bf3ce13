"""Terms of the glossary as the window has it, the words of the field that docs/glossary.md has as well."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText


@dataclass(frozen=True)
class GlossaryTerm:
    """A word, its name in code, "" where it has none, and what it means in a sentence."""

    word: SourceText
    code: str
    meaning: SourceText


TERMS = (
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "accuracy"),
        "Solver.accuracy",
        QT_TRANSLATE_NOOP(
            "glossary", "The measured order p of a solver: with twice the steps the error is 2^p times smaller."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "clipping"),
        "Clipping",
        QT_TRANSLATE_NOOP("glossary", "A bound on the estimate of x_0 between the network and the solver."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "coefficient"),
        "Coefficients",
        QT_TRANSLATE_NOOP("glossary", "An array by t that follows from β."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "condition"),
        "Condition",
        QT_TRANSLATE_NOOP(
            "glossary", "What a network is given beside x and its noise level, such as a label or an embedded prompt."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "convention"),
        "Convention",
        QT_TRANSLATE_NOOP("glossary", "A habit of a program by which its list of steps differs from that of another."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "curve"),
        "Curve",
        QT_TRANSLATE_NOOP("glossary", "A coefficient with its symbol, formula and meaning, and its line in a plot."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "decoder"),
        "decoder",
        QT_TRANSLATE_NOOP("glossary", "What turns latents into pictures."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "denoiser"),
        "Denoiser",
        QT_TRANSLATE_NOOP(
            "glossary", "A network together with its schedule, its prediction type and the shape of its pictures."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "draw"),
        "Draw",
        QT_TRANSLATE_NOOP("glossary", "How training draws the noise level of each picture."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "effective weight"),
        "StepWeights",
        QT_TRANSLATE_NOOP(
            "glossary",
            "What a noise level weighs in training, from the draws, the loss weight and the prediction.",
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "ε"),
        "epsilon",
        QT_TRANSLATE_NOOP("glossary", "The noise that is mixed into a picture, of standard deviation 1."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "estimate"),
        "x0",
        QT_TRANSLATE_NOOP("glossary", "The network's x_0 at some step, whatever its prediction type."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "latent"),
        "",
        QT_TRANSLATE_NOOP(
            "glossary", "x where a network does not work on pictures but on what a decoder turns into them."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "log SNR"),
        "log_snr",
        QT_TRANSLATE_NOOP(
            "glossary", "ln(ᾱ/(1 − ᾱ)), the noise level in the unit that stays exact at both ends; λ is half of it."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "loss weight"),
        "LossWeight",
        QT_TRANSLATE_NOOP("glossary", "A function of the noise level by which a training loss is multiplied."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "lookalike"),
        "lookalikes_of",
        QT_TRANSLATE_NOOP("glossary", "Another quantity that is stored in place of β, such as ᾱ, and is told from it."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "moment"),
        "Moment",
        QT_TRANSLATE_NOOP("glossary", "A place on a scale at which each of several schedules has a step of its own."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "network"),
        "",
        QT_TRANSLATE_NOOP("glossary", "What turns x and a timestep into an output."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "network call"),
        "nfe",
        QT_TRANSLATE_NOOP(
            "glossary", "One evaluation of the network for the whole batch; their number in a run is NFE."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "noise level"),
        "",
        QT_TRANSLATE_NOOP("glossary", "How much noise there is, whatever the unit: ᾱ, σ, λ or log SNR."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "noise levels"),
        "levels",
        QT_TRANSLATE_NOOP("glossary", "What a kind of schedule gives and operators change, for all steps at once."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "objective"),
        "Objective",
        QT_TRANSLATE_NOOP(
            "glossary",
            "What a network is trained for beside its schedule: a prediction type, a draw and a loss weight.",
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "order"),
        "order",
        QT_TRANSLATE_NOOP("glossary", "The number in the name of a solver."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "output"),
        "m",
        QT_TRANSLATE_NOOP("glossary", "What the network returned, before it is read as an estimate."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "parameter"),
        "Parameter",
        QT_TRANSLATE_NOOP("glossary", "A number of a kind of schedule, such as the last β."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "parametrisation"),
        "Parametrisation",
        QT_TRANSLATE_NOOP(
            "glossary",
            "What a network sees of x, how its output is read as x_0 or ε, and what it is told of the noise level.",
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "prediction type"),
        "prediction_type",
        QT_TRANSLATE_NOOP("glossary", "A parametrisation by its name: ε, x_0, v, a flow or EDM's F."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "rule of shift"),
        "ShiftRule",
        QT_TRANSLATE_NOOP(
            "glossary", "What a published model makes of the size of a picture: a shift of its schedule."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "schedule"),
        "Schedule",
        QT_TRANSLATE_NOOP("glossary", "β_1 … β_T, or what they follow from."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "solver"),
        "Solver",
        QT_TRANSLATE_NOOP("glossary", "A way to take the steps, such as DDIM."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "solver table"),
        "SolverTable",
        QT_TRANSLATE_NOOP("glossary", "A solver written out along its steps, one row for each network call."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "spacing"),
        "Spacing",
        QT_TRANSLATE_NOOP("glossary", "A rule by which steps are laid out over a schedule."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "spec of steps"),
        "StepsSpec",
        QT_TRANSLATE_NOOP("glossary", "Steps as one line of text: a spacing or a list, and what is done with it."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "spectrum"),
        "Spectrum",
        QT_TRANSLATE_NOOP("glossary", "The power of a picture at each number of waves across its longer side."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "step"),
        "Step",
        QT_TRANSLATE_NOOP(
            "glossary", "What one network call of a run left behind; the T steps of a schedule are its t = 1 … T."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "steps"),
        "Steps",
        QT_TRANSLATE_NOOP(
            "glossary", "The noise levels that a sampler visits, and the timestep that is told to the network at each."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "t"),
        "t",
        QT_TRANSLATE_NOOP("glossary", "A place in a schedule, from 0, the clean picture, to T."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "time axis"),
        "TimeAxis",
        QT_TRANSLATE_NOOP("glossary", "What plots are drawn over: t, t/T, log SNR, σ or τ."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "timestep"),
        "timestep",
        QT_TRANSLATE_NOOP(
            "glossary", "What the network is told: the array index of a level, 0 … T − 1, which is t − 1."
        ),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "told"),
        "TIMES",
        QT_TRANSLATE_NOOP("glossary", "What a network is given as its time."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "value range"),
        "ValueRange",
        QT_TRANSLATE_NOOP("glossary", "The least and the largest value of the pictures that a network was trained on."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "x_t, x"),
        "x_t",
        QT_TRANSLATE_NOOP("glossary", "A picture with noise in it: x_t = √ᾱ x_0 + √(1 − ᾱ) ε."),
    ),
    GlossaryTerm(
        QT_TRANSLATE_NOOP("glossary", "zero terminal SNR"),
        "zero_snr",
        QT_TRANSLATE_NOOP("glossary", "ᾱ_T = 0: at the last step nothing of the picture is left."),
    ),
)
