-- Securities are found by the words of their symbol, name and ISIN.
-- The list of securities is small: filling the column and the index takes a moment.
alter table public.securities
-- squawk-ignore adding-field-with-default, constraint-missing-not-valid, adding-required-field
add column search tsvector not null generated always as (
    setweight(to_tsvector('simple'::regconfig, symbol), 'A')
    || setweight(to_tsvector('simple'::regconfig, name), 'B')
    || setweight(to_tsvector('simple'::regconfig, coalesce(isin, '')), 'C')
) stored;
-- squawk-ignore require-concurrent-index-creation
create index securities_search_gin on public.securities using gin (search);
comment on column public.securities.search is 'The words of symbol, name and ISIN, for full-text search.';
