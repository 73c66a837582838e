-- There are no large objects, which know no row security.
-- severity: medium
-- reference: ours
-- fix: select lo_unlink({object});
select
    m.oid as object,
    pg_get_userbyid(m.lomowner) as owner
from pg_largeobject_metadata as m;
