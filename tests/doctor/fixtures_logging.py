"""What makes each check of the server's log fail."""

from tests.doctor.installation import Fixture, restarted, setting
from tests.doctor.spoiling import for_new_sessions

FIXTURES: dict[str, Fixture] = {
    "logging.sign_ins_are_logged": for_new_sessions("log_disconnections", "off"),
    "logging.errors_say_why": setting("log_error_verbosity", "terse"),
    "logging.changed_objects_are_logged": setting("log_statement", "none"),
    "logging.warnings_are_logged": setting("log_min_messages", "panic"),
    "logging.parameters_are_not_logged": setting("log_parameter_max_length_on_error", "-1"),
    "logging.trouble_is_logged": setting("log_lock_waits", "off"),
    "logging.slow_statements_are_logged": setting("log_min_duration_statement", "-1"),
    "logging.nothing_is_dumped": setting("debug_print_plan", "on"),
    "logging.names_are_not_looked_up": setting("log_hostname", "on"),
    "logging.copying_is_logged": setting("log_replication_commands", "off"),
    "logging.collected_logs_are_private": setting("log_file_mode", "0644"),
    "logging.times_are_utc": setting("log_timezone", "Europe/London"),
    "logging.log_is_where_it_is_read": restarted("logging_collector", "on"),
    "logging.lines_say_who_and_from_where": setting("log_line_prefix", "%m [%p] "),
}
