"""Which models can be asked: what the server lists beside what the catalogue knows, and the one that is chosen."""

from __future__ import annotations

from nbgemini.errors import NbgeminiError
from nbgemini.studio.studio import Studio
from nbgemini.studio.surroundings.model_lists import Live

__all__ = ["chosen_model", "live"]


def chosen_model(studio: Studio) -> str:
    """The id that a cell would ask now: the conversation's, else the setting's. Raises SettingsError, OptionError."""
    opened = studio.session.find(studio.session.current)
    return studio.catalogue.find((opened.value.model if opened else None) or studio.settings().model).id


def live(studio: Studio) -> Live:
    """The models that the server lists; at most a few seconds, and once for each server and key."""
    try:
        settings, client = studio.settings(key_wanted=True), studio.client()
    except NbgeminiError as problem:
        return Live(None, problem.message)
    if settings.served_by == "emulator":
        return Live(None, "without a key the emulator draws, and it serves all of these")
    endpoint, key = client.endpoint, settings.key() if settings.key else ""
    return studio.listings.of(client, (endpoint.base_url, endpoint.api_version, endpoint.project, hash(key)))
