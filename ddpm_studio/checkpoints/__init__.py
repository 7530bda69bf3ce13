"""A checkpoint, a file or a folder, becomes a Denoiser. Nothing in it is ever executed.

Importing this loads neither torch nor diffusers; opening a checkpoint loads what its format needs.
"""

from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint
from ddpm_studio.checkpoints.location import DEFAULT, bundled
from ddpm_studio.checkpoints.opening import open_checkpoint, read_checkpoint

__all__ = ["DEFAULT", "Assumption", "Checkpoint", "bundled", "open_checkpoint", "read_checkpoint"]
