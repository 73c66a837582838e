-- Each line of pg_hba.conf that lets somebody in names a network that is not half the world.
-- severity: medium
-- reference: CIS PostgreSQL 17: 5.4
-- fix: financebuy down && financebuy up --detach
select
    h.line_number as line,
    h.type,
    h.database,
    h.user_name,
    h.address,
    h.auth_method as method
from pg_hba_file_rules as h
where
    h.type <> 'local'
    and h.auth_method not in ('reject', 'cert')
    and (
        h.address in ('all', 'samenet')
        or case family(h.netmask::inet)
            when 4 then h.netmask::inet < inet '255.0.0.0'
            else h.netmask::inet < inet 'ffff::'
        end
    );
