import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QComboBox, QLabel, QScrollArea

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.theme import DARK
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.widgets.steady_text import SteadyText
from tests.gui.finding import child
from tests.gui.values.conftest import Bench


@pytest.fixture
def panel(bench: Bench) -> ExplainPanel:
    panel = ExplainPanel()
    bench.show(panel)
    return panel


def seen(panel: ExplainPanel) -> str:
    """All text of the panel as a person reads it."""
    document = QTextDocument()
    document.setHtml("<br>".join(label.text() for label in panel.findChildren(QLabel)))
    return document.toPlainText().replace("\N{WORD JOINER}", "")


def test_formula_meaning_and_numbers_of_each_visible_schedule(bench: Bench, panel: ExplainPanel) -> None:
    bench.studio.explain("sqrt_alphas_cumprod")
    bench.studio.set_t(300)
    bench.tell(panel)
    assert "The weight of the picture in xt." in seen(panel)
    assert "A linear T=300, t = 300\nxt = 0.21922·x0 + 0.97567·ε" in seen(panel).replace("\u2028", "\n")
    assert "B a<b, t = 1000" in seen(panel)


@pytest.mark.parametrize("name", ALL_CURVES)
@pytest.mark.parametrize("t", [0, 1, 300])
def test_every_curve_can_be_explained_at_every_t(bench: Bench, panel: ExplainPanel, name: str, t: int) -> None:
    bench.studio.set_schedule(Schedule.parse("jsd:T=300"))
    bench.studio.explain(name)
    bench.studio.set_t(t)
    bench.tell(panel)
    text = seen(panel)
    assert ALL_CURVES[name].symbol.replace("_", "") in text
    assert "nan" not in text
    assert ("t = 0 is the clean picture" in text) == (t == 0)


def test_at_0_a_sentence_and_the_value_where_there_is_one(bench: Bench, panel: ExplainPanel) -> None:
    bench.studio.set_t(0)
    bench.studio.explain("alphas_cumprod")
    bench.tell(panel)
    assert "ᾱt = 1" in seen(panel)
    bench.studio.explain("betas")
    bench.tell(panel)
    assert "βt =" not in seen(panel)


def test_schedules_have_their_colours(panel: ExplainPanel) -> None:
    numbers = child(panel, SteadyText).label
    assert STYLES[1].light.lower() in numbers.text()
    panel.set_theme(DARK)
    assert STYLES[1].dark.lower() in numbers.text()


def test_without_a_visible_schedule_the_selected_one_is_explained(bench: Bench, panel: ExplainPanel) -> None:
    for entry in bench.studio.state.entries:
        bench.studio.set_visible(entry.key, False)
    bench.tell(panel)
    assert "A linear T=300" in seen(panel)
    assert "B a<b" not in seen(panel)


def test_the_combo_chooses_and_follows_without_echo(bench: Bench, panel: ExplainPanel) -> None:
    chosen: list[str] = []
    panel.curve_chosen.connect(chosen.append)
    combo = child(panel, QComboBox)
    assert combo.count() == len(ALL_CURVES)
    bench.studio.explain("snr")
    bench.tell(panel)
    assert combo.currentData() == "snr"
    assert chosen == []
    combo.activated.emit(0)
    assert chosen == ["betas"]


def test_moving_t_does_not_lay_the_page_out_anew(bench: Bench, panel: ExplainPanel) -> None:
    """The numbers keep their height while t moves and wrap back when the curve is exchanged."""
    panel.resize(230, 300)
    bench.studio.explain("posterior_variance")
    heights = []
    for t in range(1, 300, 7):
        bench.studio.set_t(t)
        bench.tell(panel)
        heights.append(child(panel, SteadyText).height())
    assert heights == sorted(heights)
    bench.studio.explain("log_snr_density")
    bench.tell(panel)
    assert child(panel, SteadyText).minimumHeight() < heights[-1]


def test_nothing_is_clipped(bench: Bench, panel: ExplainPanel) -> None:
    for name in ALL_CURVES:
        bench.studio.explain(name)
        bench.tell(panel)
        text = child(panel, SteadyText)
        assert text.label.heightForWidth(text.width()) <= text.minimumHeight()
        assert child(panel, QScrollArea).horizontalScrollBar().maximum() == 0


def test_nothing_is_computed_while_hidden(bench: Bench, panel: ExplainPanel) -> None:
    panel.hide()
    schedule = Schedule("linear", 7)
    bench.studio.set_schedule(schedule)
    bench.tell(panel)
    assert vars(schedule.coefficients).keys() & ALL_CURVES.keys() == {"betas"}
    panel.show()
    assert "linear T=7" in seen(panel)
