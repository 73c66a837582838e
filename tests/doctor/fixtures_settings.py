"""What makes each check of the server's settings fail."""

from tests.doctor.installation import Fixture, setting

FIXTURES: dict[str, Fixture] = {
    "settings.fsync_is_on": setting("fsync", "off"),
}
