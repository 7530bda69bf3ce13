"""Strangers: kinds of networks that are not sampled here, what each is for, and the schedule that it usually has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, SourceText, Text, Verbatim


@dataclass(frozen=True)
class Stranger:
    """A kind of network: its name, why it is not sampled and what can be done, and its usual schedule, "" for none.

    One that `may_be_own` is sampled if its network is named.
    """

    name: SourceText
    reason: SourceText
    usual: str = ""
    may_be_own: bool = False

    def why(self, says: bool) -> Readable:
        """The reason, with the usual schedule where the checkpoint itself does not say its own, and what to do with a
        network that is another.
        """
        if self.may_be_own:
            return Text(_MAY_BE_OWN, {"reason": self.reason})
        if says or not self.usual:
            return self.reason
        return Text(_USUALLY, {"reason": self.reason, "schedule": Verbatim(self.usual)})


_USUALLY = QT_TRANSLATE_NOOP("errors", "{reason}; it keeps no schedule, and its kind usually has {schedule}")

_MAY_BE_OWN = QT_TRANSLATE_NOOP(
    "errors", "{reason}; if it draws pictures all the same, give --network with its class"
).in_window(QT_TRANSLATE_NOOP("errors", "{reason}; if it draws pictures all the same, name its network under Model"))

_LAID_OVER = QT_TRANSLATE_NOOP(
    "errors", "it holds only changes to the weights of a larger model; open that model, and lay it over with --lora"
).in_window(
    QT_TRANSLATE_NOOP(
        "errors",
        "it holds only changes to the weights of a larger model; open that model, and say it as LoRA under Model",
    )
)
_ADDS = QT_TRANSLATE_NOOP("errors", "it only steers a larger model; open that model for its schedule")
_WORDS = QT_TRANSLATE_NOOP("errors", "it only adds a word to a text encoder; open the model of that for its schedule")
_LATENTS = QT_TRANSLATE_NOOP("errors", "it draws latents, which an autoencoder turns into pictures")
_LATENTS_OF_TEXT = QT_TRANSLATE_NOOP(
    "errors", "it draws latents that its autoencoder turns into pictures, often guided by text"
)
_VIDEOS = QT_TRANSLATE_NOOP("errors", "it draws latents of videos, guided by text or pictures")
_SOUNDS = QT_TRANSLATE_NOOP("errors", "it draws sounds, and only pictures are drawn here")
_IN_A_FOLDER = QT_TRANSLATE_NOOP(
    "errors",
    "it draws latents with the text encoders and the autoencoder of its pipeline; choose the folder of that, as "
    "diffusers has it",
)
_OF_A_PICTURE = QT_TRANSLATE_NOOP(
    "errors", "its network is given a picture besides latents and text; choose the model that draws from text alone"
)
_STEPWISE = QT_TRANSLATE_NOOP("errors", "it draws in several stages, each with a network of its own")
_PICTURES_OF_TEXT = QT_TRANSLATE_NOOP(
    "errors", "it draws pictures guided by text, and nothing here encodes text; choose one that goes without"
)
_TURNS = QT_TRANSLATE_NOOP(
    "errors", "it turns pictures into latents and back, and removes no noise; open a network that does"
)
_ENCODES_TEXT = QT_TRANSLATE_NOOP("errors", "it encodes the text that guides another network; open that network")
_ENCODES_PICTURES = QT_TRANSLATE_NOOP("errors", "it encodes pictures for another network; open that network")
_REMAINS = QT_TRANSLATE_NOOP(
    "errors", "it is what training goes on with, and holds no weights; open the file of the network that lies beside it"
)
_BARE = QT_TRANSLATE_NOOP(
    "errors", "it is a network of CompVis' latent-diffusion without the config that says how it is built"
)
_STABLE = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"

LORA = Stranger(QT_TRANSLATE_NOOP("errors", "a LoRA"), _LAID_OVER)
CONTROLNET = Stranger(QT_TRANSLATE_NOOP("errors", "a ControlNet"), _ADDS)
T2I_ADAPTER = Stranger(QT_TRANSLATE_NOOP("errors", "a T2I-Adapter"), _ADDS)
IP_ADAPTER = Stranger(QT_TRANSLATE_NOOP("errors", "an IP-Adapter"), _ADDS)
INVERSION = Stranger(QT_TRANSLATE_NOOP("errors", "a textual inversion"), _WORDS)
HYPERNETWORK = Stranger(QT_TRANSLATE_NOOP("errors", "a hypernetwork"), _ADDS)
MOTION = Stranger(QT_TRANSLATE_NOOP("errors", "a motion module of AnimateDiff"), _ADDS)

HUNYUAN_VIDEO = Stranger(QT_TRANSLATE_NOOP("errors", "HunyuanVideo"), _VIDEOS, "flow:T=1000,shift=7")
WAN = Stranger(QT_TRANSLATE_NOOP("errors", "Wan"), _VIDEOS, "flow:T=1000,shift=5")
VIDEO = Stranger(QT_TRANSLATE_NOOP("errors", "a video model"), _VIDEOS)
AUDIO = Stranger(QT_TRANSLATE_NOOP("errors", "an audio model"), _SOUNDS)
FLUX = Stranger(QT_TRANSLATE_NOOP("errors", "Flux"), _IN_A_FOLDER, "flow:T=1000,shift=3.16")
SD3 = Stranger(QT_TRANSLATE_NOOP("errors", "Stable Diffusion 3"), _IN_A_FOLDER, "flow:T=1000,shift=3")
AURA_FLOW = Stranger(QT_TRANSLATE_NOOP("errors", "AuraFlow"), _LATENTS_OF_TEXT, "flow:T=1000,shift=1.73")
KANDINSKY = Stranger(
    QT_TRANSLATE_NOOP("errors", "Kandinsky 2"), _LATENTS_OF_TEXT, "linear:T=1000,beta_start=0.00085,beta_end=0.012"
)
LUMINA = Stranger(QT_TRANSLATE_NOOP("errors", "Lumina 2 or Z-Image"), _LATENTS_OF_TEXT)
HIDREAM = Stranger(QT_TRANSLATE_NOOP("errors", "HiDream"), _LATENTS_OF_TEXT)
SANA = Stranger(QT_TRANSLATE_NOOP("errors", "Sana"), _LATENTS_OF_TEXT, "flow:T=1000,shift=3")
QWEN_IMAGE = Stranger(QT_TRANSLATE_NOOP("errors", "Qwen-Image"), _LATENTS_OF_TEXT)
CASCADE = Stranger(QT_TRANSLATE_NOOP("errors", "Stable Cascade"), _STEPWISE)
UNCLIP = Stranger(QT_TRANSLATE_NOOP("errors", "unCLIP"), _STEPWISE)
LATER_KANDINSKY = Stranger(QT_TRANSLATE_NOOP("errors", "Kandinsky 3 or 5"), _LATENTS_OF_TEXT)
KOLORS = Stranger(QT_TRANSLATE_NOOP("errors", "Kolors"), _LATENTS_OF_TEXT, _STABLE)
COGVIEW = Stranger(QT_TRANSLATE_NOOP("errors", "CogView"), _LATENTS_OF_TEXT)
CHROMA = Stranger(QT_TRANSLATE_NOOP("errors", "Chroma"), _LATENTS_OF_TEXT)
FLUX_2 = Stranger(QT_TRANSLATE_NOOP("errors", "Flux 2"), _LATENTS_OF_TEXT)
INPAINTING = Stranger(QT_TRANSLATE_NOOP("errors", "a pipeline that fills in parts of pictures"), _OF_A_PICTURE)
STEERED = Stranger(QT_TRANSLATE_NOOP("errors", "a pipeline with a ControlNet or the like"), _OF_A_PICTURE)
UPSCALING = Stranger(QT_TRANSLATE_NOOP("errors", "a pipeline that enlarges pictures"), _OF_A_PICTURE)
EDITING = Stranger(QT_TRANSLATE_NOOP("errors", "a pipeline that changes pictures"), _OF_A_PICTURE)
PIXART = Stranger(QT_TRANSLATE_NOOP("errors", "PixArt"), _IN_A_FOLDER, "linear:T=1000")
HUNYUAN_DIT = Stranger(
    QT_TRANSLATE_NOOP("errors", "Hunyuan-DiT"),
    _LATENTS_OF_TEXT,
    "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.018",
)
DIT = Stranger(QT_TRANSLATE_NOOP("errors", "a DiT"), _LATENTS, "linear:T=1000")
SDXL = Stranger(QT_TRANSLATE_NOOP("errors", "Stable Diffusion XL"), _LATENTS_OF_TEXT, _STABLE)
REFINER = Stranger(QT_TRANSLATE_NOOP("errors", "the refiner of Stable Diffusion XL"), _LATENTS_OF_TEXT, _STABLE)
COMPVIS = Stranger(QT_TRANSLATE_NOOP("errors", "a latent diffusion model from CompVis or Stability"), _LATENTS_OF_TEXT)
COMPVIS_BARE = Stranger(QT_TRANSLATE_NOOP("errors", "a CompVis checkpoint"), _BARE)
LATENT_UNET = Stranger(QT_TRANSLATE_NOOP("errors", "the U-Net of a latent diffusion model"), _LATENTS_OF_TEXT, _STABLE)
LATENT_TRANSFORMER = Stranger(
    QT_TRANSLATE_NOOP("errors", "the transformer of a latent diffusion model"), _LATENTS_OF_TEXT, may_be_own=True
)
LATENT = Stranger(QT_TRANSLATE_NOOP("errors", "a latent diffusion model"), _LATENTS)
LATENT_TEXT = Stranger(QT_TRANSLATE_NOOP("errors", "a latent diffusion model"), _LATENTS_OF_TEXT, _STABLE)
OTHER_LATENT = Stranger(QT_TRANSLATE_NOOP("errors", "a latent diffusion model"), _LATENTS_OF_TEXT)

AVERAGED_LIST = Stranger(
    QT_TRANSLATE_NOOP("errors", "the state of an EMAModel"),
    QT_TRANSLATE_NOOP(
        "errors",
        "its averaged weights are a list without names; in the program that wrote it, save the state_dict() of the "
        "network beside it in the same file, or copy_to(network.parameters()) and save that",
    ),
)

IMAGEN = Stranger(QT_TRANSLATE_NOOP("errors", "Imagen"), _PICTURES_OF_TEXT)
DALLE2 = Stranger(QT_TRANSLATE_NOOP("errors", "DALL·E 2"), _PICTURES_OF_TEXT)
DEEPFLOYD = Stranger(QT_TRANSLATE_NOOP("errors", "DeepFloyd IF"), _PICTURES_OF_TEXT, "cosine:T=1000")
GLIDE = Stranger(QT_TRANSLATE_NOOP("errors", "GLIDE"), _PICTURES_OF_TEXT, "cosine:T=1000")
PICTURES_OF_TEXT = Stranger(QT_TRANSLATE_NOOP("errors", "a text-guided network"), _PICTURES_OF_TEXT)

_FORMAT = QT_TRANSLATE_NOOP("errors", "its format is not read here; choose the weights that PyTorch or diffusers saved")
SAVED_MODEL = Stranger(QT_TRANSLATE_NOOP("errors", "a SavedModel of TensorFlow"), _FORMAT)
OPENVINO = Stranger(QT_TRANSLATE_NOOP("errors", "a network for OpenVINO"), _FORMAT)
ONNX = Stranger(QT_TRANSLATE_NOOP("errors", "a network in ONNX"), _FORMAT)
FLAX = Stranger(QT_TRANSLATE_NOOP("errors", "a network of Flax"), _FORMAT)
TFLITE = Stranger(QT_TRANSLATE_NOOP("errors", "a network for TensorFlow Lite"), _FORMAT)
CORE_ML = Stranger(QT_TRANSLATE_NOOP("errors", "a network for Core ML"), _FORMAT)

TAESD = Stranger(QT_TRANSLATE_NOOP("errors", "a TAESD, a small autoencoder"), _TURNS)
AUTOENCODER = Stranger(QT_TRANSLATE_NOOP("errors", "an autoencoder"), _TURNS)
TEXT_ENCODER = Stranger(QT_TRANSLATE_NOOP("errors", "a text encoder"), _ENCODES_TEXT)
PICTURE_ENCODER = Stranger(QT_TRANSLATE_NOOP("errors", "an encoder of pictures"), _ENCODES_PICTURES)
LANGUAGE = Stranger(
    QT_TRANSLATE_NOOP("errors", "a language model"),
    QT_TRANSLATE_NOOP("errors", "it writes texts; choose a file with a network that draws"),
)
OPTIMIZER = Stranger(
    QT_TRANSLATE_NOOP("errors", "the state of an optimizer"),
    _REMAINS,
)
RANDOM_STATES = Stranger(
    QT_TRANSLATE_NOOP("errors", "the random states of a training"),
    _REMAINS,
)
CLASSIFIER = Stranger(
    QT_TRANSLATE_NOOP("errors", "a classifier"),
    QT_TRANSLATE_NOOP("errors", "it says what is in a picture and does not draw any"),
    may_be_own=True,
)
SIGNALS = Stranger(
    QT_TRANSLATE_NOOP("errors", "a network for signals"),
    QT_TRANSLATE_NOOP("errors", "its convolutions run along one dimension, and pictures have two"),
)
VIDEOS = Stranger(
    QT_TRANSLATE_NOOP("errors", "a network for videos or volumes"),
    QT_TRANSLATE_NOOP("errors", "its convolutions run along three dimensions, and pictures have two"),
)
POINTS = Stranger(
    QT_TRANSLATE_NOOP("errors", "a network for points"),
    QT_TRANSLATE_NOOP("errors", "it gives 2 or 3 numbers, not a picture"),
    may_be_own=True,
)

_OF_TRAINING = re.compile(
    r"optimizer|scheduler|sampler|random_states|scaler|custom_checkpoint|training_args|rng_state|opt\d+\.pt$"
)
"""Begins of the names of what training scripts save beside the weights."""


def is_of_training(name: str) -> bool:
    """Whether a file of this name is what training goes on with, beside the weights."""
    return _OF_TRAINING.match(name) is not None
