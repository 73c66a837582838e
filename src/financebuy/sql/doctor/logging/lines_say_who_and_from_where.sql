-- Each line of the log says when, who, in which database and from where. In the log of its own server the platform
-- finds failed sign-ins by it.
-- severity: medium
-- reference: CIS PostgreSQL 3.1.24
-- fix: alter system set log_line_prefix = '%m [%p] %e %q%u@%d %h %a '; alter system set lc_messages = 'C'; select
--   pg_reload_conf();
select
    current_setting('log_line_prefix') as log_line_prefix,
    current_setting('lc_messages') as lc_messages
where
    case
        when current_setting('cluster_name') = 'financebuy' then
            current_setting('log_line_prefix') <> '%m [%p] %e %q%u@%d %h %a '
            or not current_setting('lc_messages') ~ '^(C|POSIX|en)'
        else
            not (
                current_setting('log_line_prefix') ~ '%[mtn]' and current_setting('log_line_prefix') ~ '%u'
                and current_setting('log_line_prefix') ~ '%d' and current_setting('log_line_prefix') ~ '%[hr]'
                and current_setting('log_line_prefix') ~ '%[pc]'
            )
    end;
