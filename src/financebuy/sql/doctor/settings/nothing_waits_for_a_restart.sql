-- No setting waits for a restart: what is in force is what the files say.
-- severity: low
-- reference: ours
-- fix: {remedy}
select
    s.name as setting,
    s.setting as value,
    case current_setting('cluster_name')
        when 'financebuy' then 'financebuy down && financebuy up --detach'
        else 'systemctl restart postgresql'
    end as remedy
from pg_settings as s
where s.pending_restart;
