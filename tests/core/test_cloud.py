"""Projects, locations and hosts: what is no name of Google Cloud never gets into an address."""

from __future__ import annotations

import pytest

from nbgemini.core.cloud import parse_location, parse_project, vertex_host
from nbgemini.errors import OptionError


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("global", "aiplatform.googleapis.com"),
        ("us", "aiplatform.us.rep.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
        ("us-central1", "us-central1-aiplatform.googleapis.com"),
        (" Europe-West4 ", "europe-west4-aiplatform.googleapis.com"),
        ("northamerica-northeast1", "northamerica-northeast1-aiplatform.googleapis.com"),
    ],
)
def test_each_location_has_its_host(location: str, host: str) -> None:
    """Global, the two multi-regions, and the regions."""
    assert vertex_host(location) == f"https://{host}"


@pytest.mark.parametrize(
    "location",
    ["evil.com/", "evil.com#", "a@evil", "us/../..", "us central1", "us:443", "-us", "us-", "日本", "u\ns", "x" * 41],
)
def test_what_could_lead_elsewhere_is_no_location(location: str) -> None:
    """A token would go to that host."""
    with pytest.raises(OptionError, match="is not a location"):
        vertex_host(location)


@pytest.mark.parametrize("project", ["my-project-123", "123456789012", "example.com:my-project", "projects/my-project"])
def test_projects_come_as_ids_numbers_and_with_a_domain(project: str) -> None:
    """As the console and gcloud show them."""
    assert parse_project(f" {project} ") == project.removeprefix("projects/")


@pytest.mark.parametrize(
    "project", ["../other", "a/b", "a?b", "a#b", "My Project", "a%2Fb", "a\nb", "..", "x" * 200, "é", "a:b:c"]
)
def test_what_could_change_the_path_is_no_project(project: str) -> None:
    """A path is built from it."""
    with pytest.raises(OptionError, match="is not a project"):
        parse_project(project)


def test_nothing_is_nothing() -> None:
    """Blank values count as unset."""
    assert (parse_project("  "), parse_location("")) == (None, None)
