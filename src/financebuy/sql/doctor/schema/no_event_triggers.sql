-- No event trigger runs in the name of whoever changes the schema, which may be the administrator.
-- severity: medium
-- reference: ours
-- fix: drop event trigger {trigger};
select
    quote_ident(e.evtname) as trigger,
    e.evtevent as event,
    pg_get_userbyid(e.evtowner) as owner
from pg_event_trigger as e
where not exists (select 1 from pg_depend as d where d.objid = e.oid and d.deptype = 'e');
