-- Banks' references are as random as clients' keys, and every deposit has one. What has no reference yet collides with
-- nothing. Neither direction has the mark that parts it from the bank.
-- squawk-ignore ban-drop-constraint
alter table public.transfers drop constraint transfers_bank_reference_key;
-- squawk-ignore require-concurrent-index-creation
create unique index transfers_bank_reference_key
on public.transfers (
    (
        encode(
            substring(
                sha256(
                    decode(
                        replace(direction || ':' || bank, '\', '\\') || '\000' || replace(bank_reference, '\', '\\'),
                        'escape'
                    )
                ) from 1 for 16
            ), 'hex'
        )::uuid
    )
);
