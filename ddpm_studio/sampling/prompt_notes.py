"""Prompt notes: what of the prompts of a run the network is not given."""

from __future__ import annotations

from collections.abc import Iterator

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.texts import Text

_CUT = QT_TRANSLATE_NOOP("findings", "The prompt has {used} tokens, of which the network is given the first {most}.")
_NEGATIVE_CUT = QT_TRANSLATE_NOOP(
    "findings", "The negative prompt has {used} tokens, of which the network is given the first {most}."
)
_TOLD = QT_TRANSLATE_NOOP(
    "findings", "The negative prompt has no effect, since this network is only told how strongly it is guided."
)
_OFF = QT_TRANSLATE_NOOP("findings", "The negative prompt has no effect, since guidance is off.")


def notes_on_prompts(denoiser: Denoiser, settings: RunSettings) -> Iterator[Text]:
    """What is to be said of the prompts in `settings`, with which the denoiser is conditioned."""
    if denoiser.texts is None:
        return
    negative = settings.negative_prompt
    for sentence, prompt in ((_CUT, settings.prompt), (_NEGATIVE_CUT, negative)):
        used, most = denoiser.texts.tokens(prompt)
        if used > most:
            yield Text(sentence, {"used": used, "most": most})
    if negative and denoiser.null is None:
        yield Text(_OFF if denoiser.tells_guidance is None else _TOLD)
