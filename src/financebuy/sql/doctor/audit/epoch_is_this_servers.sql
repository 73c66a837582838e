-- The open epoch was opened on this server: another system identifier means that the data were loaded elsewhere.
-- severity: high
-- reference: ours
-- needs: rows
-- fix: financebuy audit recover --reason TEXT
select
    e.epoch,
    e.system_identifier as opened_on,
    c.system_identifier::text as server
from public.audit_epochs as e
cross join pg_control_system() as c
where
    e.epoch = (select max(l.epoch) from public.audit_epochs as l)
    and e.system_identifier <> c.system_identifier::text;
