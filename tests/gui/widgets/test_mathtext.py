import html
import re

import pytest

from ddpm_studio.diffusion import CURVES
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.gui.widgets.mathtext import math_html


@pytest.mark.parametrize(
    ("plain", "rich"),
    [
        ("x_t", "x<sub>t</sub>"),
        ("ᾱ_t−1·α_t", "ᾱ<sub>t−1</sub>·α<sub>t</sub>"),
        ("ᾱ_t − 1", "ᾱ<sub>t</sub> − 1"),
        ("ᾱ_{t−1}", "ᾱ<sub>t−1</sub>"),
        ("√(1/ᾱ_t)", "√(1/ᾱ<sub>t</sub>)"),
        ("0.2192·x_0 + 0.9757·ε_θ", "0.2192·x<sub>0</sub> + 0.9757·ε<sub>θ</sub>"),
        ("cos^{2τ}(x)", "cos<sup>2τ</sup>(x)"),
        ("e^(−12u) + 1", "e<sup>−12u</sup> + 1"),
        ("1e-05·I", "1·10<sup>−5</sup>·I"),
        ("2.5e+20", "2.5·10<sup>20</sup>"),
        ("ln inf = -inf", "ln ∞ = −∞"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("w_ε→x₀", "w<sub>ε→x₀</sub>"),
    ],
)
def test_scripts(plain: str, rich: str) -> None:
    assert math_html(plain) == rich


def test_every_formula_keeps_its_characters() -> None:
    """Scripts only move characters up or down: without the tags the text is the one that went in."""
    texts = [t for c in CURVES.values() for t in (c.symbol, c.formula)] + [k.formula for k in KINDS.values()]
    for text in texts:
        bare = html.unescape(re.sub(r"</?su[bp]>", "", math_html(text)))
        text = re.sub(r"e-(\d)", r"·10−\1", text)
        assert bare == re.sub(r"\^\(([^)]*)\)", r"\1", text).translate(str.maketrans("", "", "_^{}"))
