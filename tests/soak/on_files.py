"""Actions on files: opening, dropping and pasting, saving and exporting, projects and sessions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMessageBox

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.named_line import with_name
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.projects.session import ROOT, SessionKeeper
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from tests.gui.finding import child
from tests.soak.checks import expect
from tests.soak.on_sampling import save
from tests.soak.scene import Scene, files, text
from tests.soak.scratch import WRONG, spec

MOST_EXPORTED = 20_000
"""Steps of all schedules together; more take long to write."""


def _any_file(scene: Scene) -> str:
    scratch = scene.scratch
    return scene.random.choice(scene.random.choice((scratch.good, scratch.bad, scratch.pictures, scratch.good)))


def open_files(scene: Scene) -> None:
    """Open files of any kind."""
    with scene.answering(*{_any_file(scene) for _ in range(scene.random.randrange(3))}):
        scene.say(f"files: {scene.answer}")
        scene.trigger(scene.action("open_files"))


def open_betas(scene: Scene) -> None:
    """Open betas."""
    with scene.answering(_any_file(scene)):
        scene.trigger(scene.action("open_betas"))


def drop_files(scene: Scene) -> None:
    """Drop files."""
    scene.drop(files(*{_any_file(scene) for _ in range(scene.random.randint(1, 2))}))


def drop_text(scene: Scene) -> None:
    """Drop a text with schedules, or one without."""
    count, room = scene.random.randint(1, 3), MAX_SCHEDULES - len(scene.window.studio.state.entries)
    lines = [str(Schedule.parse(each)) for each in _specs(scene, count)]
    before = len(scene.window.studio.state.entries)
    if scene.random.random() < 0.3:
        scene.drop(text(scene.random.choice(WRONG)))
        expect(len(scene.window.studio.state.entries) == before, "A text that is no schedule has added one.")
        return
    scene.drop(text("\n".join(lines)))
    now = len(scene.window.studio.state.entries)
    expect(now == before + min(count, room), f"Of {count} schedules that were dropped, {now - before} were added.")


def _specs(scene: Scene, count: int) -> list[str]:
    kinds = ("linear:T=30", "cosine:T=300", "sqrt:T=90", "linear:T=50,snr_shift=2", "cosine:T=1000,zero_snr=1")
    return [scene.random.choice(kinds) for _ in range(count)]


def paste(scene: Scene) -> None:
    """Paste a picture, schedules, nothing of use, or what is there already."""
    scene.bring_up("picture")
    clipboard, choice = QApplication.clipboard(), scene.random.random()
    if choice < 0.3:
        image = QImage(scene.random.randint(1, 80), scene.random.randint(1, 80), QImage.Format.Format_ARGB32)
        image.fill(QColor(scene.random.randrange(256), 10, 200, scene.random.choice((255, 90))))
        clipboard.setImage(image)
    elif choice < 0.6:
        clipboard.setText(spec(scene.random))
    elif choice < 0.7:
        clipboard.setMimeData(QMimeData())
    scene.trigger(scene.action("paste"))


def copy(scene: Scene) -> None:
    """Copy the selected schedule."""
    name = scene.random.choice(("copy_spec", "copy_numpy", "copy_diffusers"))
    scene.trigger(scene.action(name))
    if name == "copy_spec":
        copied = QApplication.clipboard().text()
        entry = scene.window.studio.state.current
        below = [*map(str, entry.steps), *([] if entry.train == PLAIN else [str(entry.train)])]
        wanted = "\n".join([with_name(str(entry.spec), entry.name), *below])
        expect(copied == wanted, f"{copied} was copied, not {wanted}.")


def open_recent(scene: Scene) -> None:
    """Open something that was opened before."""
    menu = child(scene.window, RecentMenu)
    menu.fill()
    offers = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
    if offers:
        scene.trigger(scene.random.choice(offers))


# saving


def export(scene: Scene) -> None:
    """Export schedules."""
    if sum(entry.schedule.T for entry in scene.window.studio.state.entries) <= MOST_EXPORTED:
        save(scene, _menu(scene, "export_schedules"))


def save_plots(scene: Scene) -> None:
    """Save the plots."""
    save(scene, _menu(scene, "save_plots"))


def save_pictures(scene: Scene) -> None:
    """Save the noised pictures."""
    save(scene, _menu(scene, "save_pictures"))


def save_path(scene: Scene) -> None:
    """Save the whole path, or begin to."""
    save(scene, _menu(scene, "save_path"))


def _menu(scene: Scene, name: str) -> Callable[[], bool]:
    return lambda: scene.trigger(scene.action(name))


def save_project(scene: Scene) -> None:
    """Save a project, as another one or not."""
    name = scene.random.choice(("save_project", "save_project_as"))
    with scene.answering(scene.scratch.new_path()):
        scene.trigger(scene.action(name))
    state = scene.window.studio.state
    expect(not state.changed, f"The project {state.project} was saved, and is said to have changed.")


def open_project(scene: Scene) -> None:
    """Open a project that was saved before."""
    projects = scene.scratch.projects()
    if projects:
        with scene.answering(scene.random.choice(projects)):
            scene.trigger(scene.action("open_project"))


def open_what_was_saved(scene: Scene) -> None:
    """Save a project, change something, and open it: all is as it was saved."""
    with scene.answering(scene.scratch.new_path()):
        scene.trigger(scene.action("save_project_as"))
    before, path = _document(scene), scene.window.studio.state.project
    scene.trigger(scene.action("new_noise"))
    scene.drop(files(path))
    _expect_same(scene, before, f"{path} was opened")


def reopen(scene: Scene) -> None:
    """Close the window, and have another go on."""
    before = _document(scene)
    scene.reopen()
    scene.say("closed and opened again")
    _expect_same(scene, before, "The window was closed and opened again")


def keep_session(scene: Scene) -> None:
    """Write the session now."""
    child(scene.window, SessionKeeper).look()


def forget_everything(scene: Scene) -> None:
    """Forget everything, or decide not to."""
    scene.trigger(scene.action("forget_everything"))
    for box in scene.window.findChildren(QMessageBox):
        button = scene.random.choice(box.buttons())
        scene.forgotten = "orget" in button.text()
        scene.click(button)


def start_afresh(scene: Scene) -> None:
    """Start afresh."""
    scene.trigger(scene.action("start_afresh"))
    expect(len(scene.window.studio.state.entries) == 1, "After starting afresh there is more than one schedule.")


def open_set_aside(scene: Scene) -> None:
    """Open what was set aside."""
    scene.trigger(scene.action("open_set_aside"))


def _document(scene: Scene) -> str:
    return to_text(write_document(scene.window.studio.state, ROOT))


def _expect_same(scene: Scene, before: str, what: str) -> None:
    lines = zip(before.splitlines(), _document(scene).splitlines(), strict=False)
    changes = [f"{one.strip()} → {other.strip()}" for one, other in lines if one != other]
    expect(not changes, f"{what}, and something is not as it was: {'; '.join(changes[:5])}")


ACTIONS = (
    (open_files, 2),
    (open_betas, 1),
    (drop_files, 3),
    (drop_text, 2),
    (paste, 3),
    (copy, 2),
    (open_recent, 2),
    (export, 2),
    (save_plots, 1),
    (save_pictures, 1),
    (save_path, 0.5),
    (save_project, 2),
    (open_project, 1),
    (open_what_was_saved, 1),
    (reopen, 0.7),
    (keep_session, 1),
    (forget_everything, 0.5),
    (start_afresh, 0.5),
    (open_set_aside, 0.3),
)
