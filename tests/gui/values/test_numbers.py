import math

import pytest

from ddpm_studio.gui.values.numbers import exact


@pytest.mark.parametrize(
    ("value", "copied"),
    [
        (1 / 3, "0.3333333333333333"),
        (-4.12842e-5, "-4.12842e-05"),
        (1e20, "1e+20"),
        (-math.inf, "-inf"),
        (1.0, "1.0"),
        (None, ""),
    ],
)
def test_all_digits_are_for_the_clipboard(value: float | None, copied: str) -> None:
    assert exact(value) == copied
