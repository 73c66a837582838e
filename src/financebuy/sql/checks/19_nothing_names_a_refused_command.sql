-- A refused command changed nothing but its own verdict.
with effects as (
    select
        t.command_id,
        'transaction' as effect
    from public.transactions as t
    union all
    select
        o.command_id,
        'order'
    from public.orders as o
    union all
    select
        v.command_id,
        'order event'
    from public.order_events as v
    union all
    select
        t.command_id,
        'transfer'
    from public.transfers as t
    union all
    select
        e.command_id,
        'execution'
    from public.executions as e
    union all
    select
        m.command_id,
        'transfer between accounts'
    from public.account_transfers as m
    union all
    select
        o.command_id,
        'event'
    from public.outbox as o
)

select
    k.command_id,
    k.command,
    k.refusal_code,
    e.effect
from public.idempotency_keys as k
inner join effects as e on k.command_id = e.command_id
where k.refusal_code is not null
