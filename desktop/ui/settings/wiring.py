"""Joins the settings window and its presenter."""

from collections.abc import Sequence

from desktop.presenters.settings import SettingsPresenter
from desktop.presenters.settings_keys import KeyKeeping
from desktop.presenters.settings_page import Page
from desktop.presenters.work import Work
from desktop.services.settings import SettingsService
from desktop.storage.key_place import KeyPlace
from desktop.ui.settings.page import SettingsPage
from desktop.ui.settings.window import SettingsWindow


def present_settings(
    window: SettingsWindow,
    service: SettingsService,
    work: Work,
    pages: Sequence[tuple[SettingsPage, Page]] = (),
) -> SettingsPresenter:
    """Make the presenter for `window` and connect both; the window keeps it alive.

    `pages` are those beside the models, each with its presenter. Call the presenter's
    `open` to show what is saved, then the window's.
    """
    presenter = SettingsPresenter(window, service, work, pages=[page for _, page in pages])
    for page, _ in pages:
        window.add_page(page)
        page.changed.connect(presenter.changed)
    window.save_requested.connect(presenter.save)
    window.leave_requested.connect(presenter.leave)
    window.discard_requested.connect(presenter.discard)
    window.key_place_chosen.connect(presenter.choose_key_place)
    _connect_keys(window, presenter.keys)
    _connect_completions(window, presenter)
    _connect_embeddings(window, presenter)
    return presenter


def _connect_keys(window: SettingsWindow, keys: KeyKeeping) -> None:
    window.key_place_wanted.connect(keys.offer_places)
    window.key_place_changed.connect(keys.change_place)
    window.start_over_chosen.connect(keys.start_over)
    window.master_key_change.connect(keys.change_master_key)
    window.trouble.retry_requested.connect(keys.retry)
    window.trouble.unlock_requested.connect(keys.unlock)
    window.trouble.session_requested.connect(lambda: keys.change_place(KeyPlace.SESSION))
    window.trouble.start_over_requested.connect(keys.offer_to_start_over)


def _connect_completions(window: SettingsWindow, presenter: SettingsPresenter) -> None:
    form, section = window.completions, presenter.completions
    form.provider_chosen.connect(presenter.provider_chosen)
    form.offer_taken.connect(presenter.offered_provider_chosen)
    form.key_changed.connect(presenter.completions_key_changed)
    form.endpoint_changed.connect(presenter.completions_endpoint_changed)
    form.changed.connect(presenter.changed)
    form.refresh_requested.connect(section.refresh_models)
    form.test_requested.connect(section.test.start)
    form.cancel_test_requested.connect(section.test.cancel)
    form.copy_report_requested.connect(lambda: window.copy(section.test.report()))


def _connect_embeddings(window: SettingsWindow, presenter: SettingsPresenter) -> None:
    form, section = window.embeddings, presenter.embeddings
    form.same_key_chosen.connect(section.same_key_chosen)
    form.key_changed.connect(section.key_changed)
    form.endpoint_changed.connect(section.endpoint_changed)
    form.changed.connect(presenter.changed)
    form.refresh_requested.connect(section.refresh_models)
    form.test_requested.connect(section.test.start)
    form.cancel_test_requested.connect(section.test.cancel)
    form.copy_report_requested.connect(lambda: window.copy(section.test.report()))
