"""What makes each check of roles fail."""

from tests.doctor.installation import Fixture, statement

FIXTURES: dict[str, Fixture] = {
    "roles.logins_are_ours": statement("create role mallory login"),
    "roles.nobody_else_is_superuser": statement("create role mallory superuser"),
    "roles.passwords_are_scram": statement(
        "alter role fb_monitor password 'md5d8578edf8458ce06fbc5bb76a58c5ca4'"
    ),
}
