-- name: one_deposit
-- One command a call, as a client without batching would send it, on an account of its choice.
select c.outcome from fb.deposit_received(
    array[null]::text[],
    array['bench']::text[],
    array['bench']::text[],
    array[gen_random_uuid()::text],
    array[(%(accounts)s::uuid[])[1 + floor(random() * %(count)s)::integer]],
    array[1.00],
    array['USD'],
    array[null]::timestamptz[],
    array[null]::date[],
    false
) as c;
