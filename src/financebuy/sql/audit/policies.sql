-- Who may see what seals the history. Applied after platform/policies.sql, which has dropped every policy before.
create policy sealer_reads on public.transactions for select to fb_sealer using (true);
create policy sealer_reads on public.entries for select to fb_sealer using (true);
create policy sealer_reads on public.executions for select to fb_sealer using (true);
create policy sealer_reads on public.order_events for select to fb_sealer using (true);
create policy sealer_reads on public.seals for select to fb_sealer using (true);
create policy sealer_reads on public.audit_epochs for select to fb_sealer, auditor using (true);
create policy sealer_reads on public.seal_copies for select to fb_sealer, auditor using (true);
create policy sealer_reads on public.audit_retired for select to fb_sealer, auditor using (true);

grant select on
public.transactions, public.entries, public.executions, public.order_events, public.seals, public.audit_epochs,
public.seal_copies, public.audit_retired
to fb_sealer;
grant select on public.audit_epochs, public.seal_copies, public.audit_retired to auditor;
