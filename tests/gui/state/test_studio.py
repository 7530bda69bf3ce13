"""The Studio: what may be done to the state, what may not, and how often it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.stepping import MAX_STEPS
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State, View
from ddpm_studio.gui.styles import STYLES


@pytest.fixture
def studio(qtbot: QtBot) -> Studio:
    return Studio()


def test_starts_with_the_seed_schedule(studio: Studio) -> None:
    assert [str(entry.schedule) for entry in studio.state.entries] == ["linear:T=300"]
    assert studio.state.visible == studio.state.entries


def test_changes_are_announced_once_with_the_newest_state(studio: Studio, qtbot: QtBot) -> None:
    seen: list[State] = []
    studio.changed.connect(seen.append)
    with qtbot.waitSignal(studio.changed):
        for t in range(1, 100):
            studio.set_t(t)
    assert [state.t for state in seen] == [99]


def test_adding_selects_and_gives_a_style_of_its_own(studio: Studio) -> None:
    for kind in ("cosine", "sigmoid", "vp"):
        studio.add(Schedule(kind, 1000))
    styles = [entry.style for entry in studio.state.entries]
    assert len(set(styles)) == 4
    assert studio.state.current.schedule.kind == "vp"
    assert [studio.state.letter(entry) for entry in studio.state.entries] == ["A", "B", "C", "D"]


def test_a_freed_style_is_used_again(studio: Studio) -> None:
    studio.add(Schedule("cosine"))
    first = studio.state.entries[0]
    studio.remove(first.key)
    studio.add(Schedule("vp"))
    assert studio.state.entries[-1].style == first.style


def test_the_list_has_a_limit(studio: Studio, qtbot: QtBot) -> None:
    for _ in range(MAX_SCHEDULES - 1):
        studio.add(Schedule())
    with qtbot.waitSignal(studio.complained) as said:
        studio.add(Schedule())
    assert str(MAX_SCHEDULES) in said.args[0]
    assert len(studio.state.entries) == MAX_SCHEDULES
    used = Counter(entry.style for entry in studio.state.entries)
    assert len(used) == len(STYLES)
    assert max(used.values()) - min(used.values()) == 1
    assert [studio.state.letter(studio.state.entries[place]) for place in (25, 26, 199)] == ["Z", "AA", "GR"]


def test_a_copy_below_is_right_below(studio: Studio) -> None:
    studio.add(Schedule("cosine"))
    studio.duplicate_below(studio.state.entries[0].key)
    assert [entry.schedule.kind for entry in studio.state.entries] == ["linear", "linear", "cosine"]
    assert studio.state.selected == studio.state.entries[1].key


def test_what_is_typed_is_one_step_until_typing_ends(studio: Studio) -> None:
    for T in (1, 10, 100):
        studio.type_schedule(Schedule("linear", T))
    studio.type_schedule(None)
    studio.type_schedule(Schedule("linear", 7))
    studio.type_schedule(None)
    for T in (100, 300):
        studio.undo()
        assert studio.state.current.schedule.T == T
    assert studio.state.undo is None


def test_no_two_styles_look_alike() -> None:
    assert len({(style.light, style.dash) for style in STYLES}) == len(STYLES)
    assert len({(style.dark, style.dash) for style in STYLES}) == len(STYLES)


def test_t_stays_at_the_same_relative_time(studio: Studio) -> None:
    studio.set_t(150)
    studio.add(Schedule("cosine", 1000))
    assert studio.state.t == 500
    studio.set_parameter("T", 10)
    assert (studio.state.t, studio.state.current.schedule.T) == (5, 10)
    assert studio.state.t_of(studio.state.entries[0]) == 150


def test_the_moment_survives_a_schedule_too_short_for_it(studio: Studio) -> None:
    studio.set_t(147)
    for T in (2, 300):
        studio.set_parameter("T", T)
    assert studio.state.t == 147


def test_what_is_held_equal_is_chosen(studio: Studio) -> None:
    studio.set_parameter("T", 1000)
    studio.add(Schedule("linear", 500))
    first, second = studio.state.entries
    studio.select(first.key)
    studio.set_t(400)
    steps = {}
    for scale in SCALES:
        studio.set_scale(scale)
        assert studio.state.t == 400
        steps[scale] = studio.state.t_of(second)
    assert steps["t"] == 400
    assert steps["t/T"] == 200
    log_snr = second.schedule.coefficients.log_snr
    level = first.schedule.coefficients.log_snr[399]
    assert steps["log_snr"] == 1 + abs(log_snr - level).argmin()


def test_choosing_another_schedule_leaves_the_moment(studio: Studio) -> None:
    studio.add(Schedule("cosine", 1000))
    studio.set_t(333)
    moment = studio.state.moment
    for entry in (*studio.state.entries, *studio.state.entries):
        studio.select(entry.key)
        assert studio.state.moment == moment
    assert studio.state.t == 333


def test_going_to_the_t_that_is_shown_leaves_the_moment(studio: Studio) -> None:
    studio.set_parameter("T", 1000)
    studio.set_t(333)
    studio.add(Schedule("linear", 10))
    assert studio.state.t == 3
    studio.set_t(3)
    studio.set_scale("t/T")
    assert studio.state.t_of(studio.state.entries[0]) == 333


def test_t_is_kept_within_the_schedule(studio: Studio) -> None:
    studio.set_t(1000)
    assert studio.state.t == 300
    studio.set_t(-3)
    assert studio.state.t == 0


@pytest.mark.parametrize(
    ("key", "value"), [("T", 0), ("beta_start", 2.0), ("beta_end", float("nan")), ("snr_shift", 0.0)]
)
def test_a_value_that_cannot_be_leaves_the_last_good_state(
    studio: Studio, qtbot: QtBot, key: str, value: float
) -> None:
    before = studio.state
    with qtbot.waitSignals([studio.complained, studio.changed]):
        studio.set_parameter(key, value)
    assert studio.state is before


def test_the_last_schedule_stays(studio: Studio, qtbot: QtBot) -> None:
    with qtbot.waitSignal(studio.complained):
        studio.remove(studio.state.selected)
    assert len(studio.state.entries) == 1


def test_removing_the_selected_one_selects_its_neighbour(studio: Studio) -> None:
    studio.add(Schedule("cosine"))
    studio.add(Schedule("vp"))
    middle = studio.state.entries[1]
    studio.select(middle.key)
    studio.remove(middle.key)
    assert studio.state.current.schedule.kind == "vp"


def test_moving_reorders_and_keeps_the_selection(studio: Studio) -> None:
    studio.add(Schedule("cosine"))
    studio.add(Schedule("vp"))
    studio.move(studio.state.selected, 0)
    assert [entry.schedule.kind for entry in studio.state.entries] == ["vp", "linear", "cosine"]
    assert studio.state.current.schedule.kind == "vp"


def test_renaming_to_nothing_brings_back_the_automatic_name(studio: Studio) -> None:
    key = studio.state.selected
    studio.rename(key, "  my schedule ")
    assert studio.state.title(studio.state.current) == "my schedule"
    studio.rename(key, " ")
    assert studio.state.title(studio.state.current) == "linear T=300"


def test_reset_brings_back_the_defaults_but_not_t(studio: Studio) -> None:
    studio.set_parameter("T", 1000)
    studio.set_parameter("beta_end", 0.5)
    studio.set_parameter("zero_snr", 1)
    studio.reset_parameters()
    assert studio.state.current.schedule == Schedule("linear", 1000)


def test_curves_keep_their_order_and_are_never_none(studio: Studio) -> None:
    studio.set_curves(("snr", "betas", "no such curve"))
    assert studio.state.curves == ("betas", "snr")
    studio.set_curves(())
    assert studio.state.curves == ("betas", "snr")


def test_axis_view_and_log(studio: Studio) -> None:
    studio.set_axis("t/T")
    studio.set_view("ratio")
    studio.set_log("betas", True)
    studio.set_log("snr", False)
    assert (studio.state.axis, studio.state.moment.scale, studio.state.view) == ("t/T", "t/T", View.RATIO)
    assert "betas" in studio.state.log_curves
    assert "snr" not in studio.state.log_curves


class Counting(Studio):
    """Keeps all the states that it has had."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "state":
            vars(self).setdefault("states", []).append(value)
        super().__setattr__(name, value)


ACTIONS: list[Callable[[Studio], object]] = [
    lambda studio: studio.add(Schedule("cosine")),
    lambda studio: studio.duplicate(studio.state.selected),
    lambda studio: studio.remove(studio.state.selected),
    lambda studio: studio.rename(studio.state.selected, "mine"),
    lambda studio: studio.move(studio.state.selected, 0),
    lambda studio: studio.select(studio.state.entries[0].key),
    lambda studio: studio.set_kind("sigmoid"),
    lambda studio: studio.set_parameter("T", 7),
    lambda studio: studio.reset_parameters(),
    lambda studio: studio.set_schedule(Schedule("vp", 20)),
]


def test_an_action_makes_one_state_and_cannot_be_left_half_done(qtbot: QtBot) -> None:
    for act in ACTIONS:
        studio = Counting()
        studio.add(Schedule("linear", 1000))
        states = vars(studio)["states"]
        states.clear()
        act(studio)
        assert states == [studio.state]


def test_steps_are_put_below_a_schedule_changed_and_taken_away(studio: Studio) -> None:
    for text in ("karras:steps=4", "sigmas:2,1,0"):
        studio.add_steps(StepsSpec.parse(text))
    key = studio.state.selected
    studio.replace_steps(key, 0, StepsSpec.parse("trailing:steps=5"))
    assert [str(spec) for spec in studio.state.current.steps] == ["trailing:steps=5", "sigmas:2,1,0"]
    levels = studio.state.current.laid_out
    assert [each.count for each in levels if isinstance(each, StepLevels)] == [5, 2]
    studio.remove_steps(key, 0)
    assert [str(spec) for spec in studio.state.current.steps] == ["sigmas:2,1,0"]
    for count in (2, 2, 1, 0):
        studio.undo()
        assert len(studio.state.current.steps) == count


def test_steps_that_a_schedule_does_not_have_say_why_and_stay(studio: Studio) -> None:
    studio.add_steps(StepsSpec.parse("trailing:steps=20"))
    studio.set_parameter("T", 10)
    assert isinstance(studio.state.current.laid_out[0], StudioError)
    studio.set_parameter("T", 1000)
    assert isinstance(studio.state.current.laid_out[0], StepLevels)


def test_there_is_room_for_a_number_of_steps_below_a_schedule(studio: Studio, qtbot: QtBot) -> None:
    for steps in range(1, MAX_STEPS + 1):
        studio.add_steps(StepsSpec.parse(f"trailing:steps={steps}"))
    with qtbot.waitSignal(studio.complained) as complained:
        studio.add_steps(StepsSpec.parse("karras"))
    assert complained.args == [f"There are {MAX_STEPS} lines of steps already; remove one to add another."]
    assert len(studio.state.current.steps) == MAX_STEPS


@pytest.mark.parametrize("place", [-1, 1, 7])
def test_steps_that_are_gone_meanwhile_are_neither_changed_nor_removed(studio: Studio, place: int) -> None:
    studio.add_steps(StepsSpec.parse("karras"))
    studio.replace_steps(studio.state.selected, place, StepsSpec.parse("trailing"))
    studio.remove_steps(studio.state.selected, place)
    studio.remove_steps(-1, 0)
    assert [str(spec) for spec in studio.state.current.steps] == ["karras"]
