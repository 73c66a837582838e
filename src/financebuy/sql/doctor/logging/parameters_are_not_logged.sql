-- Values of statements' parameters are not logged: they are personal data and money.
-- severity: high
-- reference: ours
-- fix: alter system set {setting} = {wanted}; select pg_reload_conf();
select
    s.name as setting,
    current_setting(s.name) as value,
    s.wanted
from (
    values
        ('log_parameter_max_length', '0'),
        ('log_parameter_max_length_on_error', '0')
) as s (name, wanted)
where current_setting(s.name) <> s.wanted;
