"""Checkpoints, files or folders, opened as Denoisers. Nothing in them is ever executed but what the user trusts.

Importing this loads neither torch nor diffusers; opening a checkpoint loads what its family needs.
"""

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.card import CardItem, Origin, card_of
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint
from ddpm_studio.checkpoints.location import DEFAULT, bundled
from ddpm_studio.checkpoints.misfit import Misfit, MisfitError, OtherKindError
from ddpm_studio.checkpoints.opening import keep_answers, open_checkpoint, read_checkpoint
from ddpm_studio.checkpoints.remembered import Memory, RememberedError, forget_everything
from ddpm_studio.checkpoints.trust import UntrustedError, trust_program
from ddpm_studio.checkpoints.unsupported import UnsupportedError

__all__ = [
    "DEFAULT",
    "Answers",
    "Assumption",
    "CardItem",
    "Checkpoint",
    "Memory",
    "Misfit",
    "MisfitError",
    "Origin",
    "OtherKindError",
    "RememberedError",
    "UnansweredError",
    "UnsupportedError",
    "UntrustedError",
    "bundled",
    "card_of",
    "forget_everything",
    "keep_answers",
    "open_checkpoint",
    "read_checkpoint",
    "trust_program",
]
