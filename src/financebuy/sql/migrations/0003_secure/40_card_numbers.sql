-- A card's number that somebody typed into a text is something for a person.
alter table public.exceptions
-- squawk-ignore ban-drop-constraint
drop constraint exceptions_kind_check;
alter table public.exceptions
-- squawk-ignore constraint-missing-not-valid
add constraint exceptions_kind_check check (
    kind in (
        'overdrawn', 'deficit', 'overfill', 'unknown_order', 'unknown_account', 'unknown_transfer',
        'unknown_execution', 'unexpected_state', 'invalid_fact', 'no_calendar', 'card_number'
    )
);
