-- No sequence has used three quarters of its numbers.
-- severity: medium
-- reference: ours
-- fix: alter sequence {sequence} as bigint maxvalue 9223372036854775807;
select
    format('%I.%I', s.schemaname, s.sequencename) as sequence,
    s.last_value,
    s.max_value
from pg_sequences as s
where s.increment_by > 0 and not s.cycle and s.last_value > s.max_value * 0.75;
