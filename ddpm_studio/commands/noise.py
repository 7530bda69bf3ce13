"""A picture noised to step t of a schedule: x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε.

The picture keeps its full size, and a gray one stays gray: its noise has one channel as well. Values beyond the range
of a pixel are clipped. t = 0 is the clean picture.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from PIL import Image

from ddpm_studio.commands.shared.arguments import unnamed, whole_number
from ddpm_studio.commands.shared.output import deliver
from ddpm_studio.commands.shared.recipe_options import add_recipe, carried, noising_arguments
from ddpm_studio.diffusion.forward import noise_stream, noised, weights_at
from ddpm_studio.diffusion.moment import RELATIVE_SCALE, Moment
from ddpm_studio.diffusion.schedule import MAX_T, Schedule
from ddpm_studio.files.decoding import MAX_FRAME
from ddpm_studio.files.imaging.row_bands import in_strips
from ddpm_studio.files.pictures import WHITE, as_array, as_image, over, png_bytes, read_picture, write_picture
from ddpm_studio.files.recipes.program_versions import versions_of
from ddpm_studio.files.recipes.recipe import Recipe, RecipeSchedule, name_alone
from ddpm_studio.run_settings import MAX_SEED

SUMMARY = "noise a picture to step t of a schedule"
ORDER = 20

EXAMPLES = """\
examples:
  ddpm-studio noise cat.jpg --schedule cosine:T=1000 --t 500 -o cat-500.png
  ddpm-studio noise cat.jpg --schedule linear --t 100 --seed 7 > cat-100.png
  ddpm-studio noise dog.jpg --recipe cat-100.png -o dog-100.png
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio noise`."""
    parser.epilog = EXAMPLES
    parser.add_argument("picture", metavar="PICTURE", help="picture to noise: PNG, JPEG, WebP, AVIF, GIF, TIFF or BMP")
    add = parser.add_argument
    add("--schedule", metavar="SPEC", type=unnamed, required=True, help="schedule, as kind:T=1000,key=value")
    parser.add_argument(
        "--t",
        metavar="T",
        type=whole_number(0, MAX_T),
        required=True,
        help="step to noise to, from 0 to T of the schedule",
    )
    parser.add_argument(
        "--seed", metavar="N", type=whole_number(0, MAX_SEED), default=0, help="seed of the noise ε (default: 0)"
    )
    parser.add_argument(
        "--frame",
        metavar="N",
        type=whole_number(1, MAX_FRAME),
        default=1,
        help="frame of an animated GIF, PNG, WebP or AVIF, or page of a TIFF (default: 1)",
    )
    parser.add_argument("-o", metavar="FILE", dest="path", help="picture to write (default: PNG on standard output)")
    add_recipe(parser, noising_arguments)


def run(options: Namespace) -> int:
    """Write the noised picture."""
    schedule = Schedule.parse(options.schedule)
    weights = weights_at(schedule, options.t)
    picture, remarks, _ = read_picture(options.picture, options.frame)
    sys.stderr.writelines(f"note: {remark}\n" for remark in remarks)
    image = _noised(over(picture, WHITE), weights, options.seed)
    recipe = carried(options, lambda: _recipe(options, schedule))
    if options.path in (None, "-"):
        deliver(png_bytes(image, recipe), None, binary=True)
    else:
        said = write_picture(options.path, image, recipe=recipe)
        sys.stderr.writelines(f"note: {remark}\n" for remark in said)
    return 0


def _recipe(options: Namespace, schedule: Schedule) -> Recipe:
    return Recipe(
        "noised picture",
        (RecipeSchedule.of(schedule, t=options.t),),
        (RELATIVE_SCALE, Moment.at(RELATIVE_SCALE, schedule, options.t).value),
        picture=name_alone(options.picture),
        frame=options.frame,
        background=WHITE,
        seed=options.seed,
        versions=versions_of(),
    )


def _noised(image: Image.Image, weights: tuple[float, float], seed: int) -> Image.Image:
    """x_t of a picture, strip by strip."""
    draw = noise_stream(seed)
    result = Image.new(image.mode, image.size)
    for top, strip in in_strips(image):
        x0 = as_array(strip)
        result.paste(as_image(noised(x0, draw(x0.shape), weights)), (0, top))
    return result
