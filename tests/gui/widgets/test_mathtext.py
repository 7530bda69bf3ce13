import html
import re
from itertools import pairwise

import pytest
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QTextDocument
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import CURVES, Schedule, findings_of
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import formula_html, math_html, paint_math, sentence_html


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


def test_a_hat_sits_on_its_letter(qapp: QApplication) -> None:
    """DejaVu Sans has the hat of x a whole line above it, over a letter of the line before, or outside of a label."""
    font = QFont("DejaVu Sans", 12)
    image = QImage(60, 120, QImage.Format.Format_Grayscale8)
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setHtml(math_html("x̂"))
    for painted in (document.drawContents, lambda painter: paint_math(painter, 0, QFontMetricsF(font).ascent(), "x̂")):
        image.fill(255)
        with QPainter(image) as painter:
            painter.setFont(font)
            painter.translate(0, 60)
            painted(painter)
        inked = [y for y in range(image.height()) if min(image.pixelColor(x, y).lightness() for x in range(60)) < 128]
        assert 60 <= inked[0] < inked[-1] < 60 + QFontMetricsF(font).height()


FINDING = ("linear:T=100", "cosine:T=1000,zero_snr=1", "linear:T=1000,beta_start=1e-8", "jsd:T=1000", "laplace:T=1000")


def line_starts(rich: str, width: float) -> list[str]:
    """What the line before ends with and each line but the first begins with, in so many pixels."""
    document = QTextDocument()
    document.setHtml(rich)
    document.setTextWidth(width)
    document.size()  # Lays it out.
    block = document.firstBlock()
    lines, text = block.layout(), block.text()
    starts = [lines.lineAt(number).textStart() for number in range(1, lines.lineCount())]
    return [text[:start].rstrip()[-1:] + text[start] for start in starts]


@pytest.mark.parametrize("spec", FINDING)
def test_no_line_of_a_finding_ends_within_an_equation(spec: str, qapp: QApplication) -> None:
    found = findings_of(Schedule.parse(spec))
    assert found
    for text in (translated(text) for finding in found for text in finding.texts):
        broken = [around for width in range(80, 400, 7) for around in line_starts(sentence_html(text), width)]
        assert not [around for around in broken if set(around) & set("=−·<>")], text
        assert broken, "it is long enough to be broken somewhere"


def test_without_it_a_line_would(qapp: QApplication) -> None:
    plain = math_html("√ᾱ_T = 0.219: 22 % of the signal is left at t = T.")
    assert any("=" in around for width in range(80, 400, 7) for around in line_starts(plain, width))


FORMULAS = [*(kind.formula for kind in KINDS.values()), *(curve.formula for curve in CURVES.values())]


def lines_of(rich: str, width: float) -> list[str]:
    """The lines into which a rich text is laid out in so many pixels."""
    document = QTextDocument()
    document.setHtml(rich)
    document.setTextWidth(width)
    document.size()
    block = document.firstBlock()
    lines = [block.layout().lineAt(number) for number in range(block.layout().lineCount())]
    return [block.text()[line.textStart() : line.textStart() + line.textLength()] for line in lines]


@pytest.mark.parametrize("width", [230, 245, 260, 300])
@pytest.mark.parametrize("formula", FORMULAS)
def test_a_line_of_a_formula_ends_where_a_person_would_end_it(qapp: QApplication, formula: str, width: int) -> None:
    lines = lines_of(formula_html(translated(formula)), width)
    for line, after in pairwise(lines):
        before, word = line.split()[-1], after.split()[0]
        is_said = any(each.isalpha() and each.islower() for each in (before, word)) and before not in ("ln", "atan")
        assert word in "=−+" or before.endswith(",") or is_said, lines
    assert sum(map(len, lines)) == len(lines_of(formula_html(translated(formula)), 1e6)[0])


def test_a_result_goes_on_with_its_sign_in_the_next_line(qapp: QApplication) -> None:
    lines = lines_of(formula_html("ᾱ_t = ᾱ_{t−1}·α_t = 2.7050e-111·0.98995 = 2.6778e-111"), 230)
    assert [line[0] for line in lines] == ["ᾱ", "=", "="][: len(lines)]
    assert len(lines) > 1
