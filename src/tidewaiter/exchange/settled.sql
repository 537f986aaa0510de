-- Numbers are drawn before their rows are seen, so a cursor stops before a row whose elder may still come. A row is settled where
-- every transaction that began writing before its own is over, or is one of another database of this server, which writes no
-- row of ours. `seen` is the snapshot of the query that asks: what it does not see must not be passed by.
--
-- Why it holds: of what ran at the snapshot, all that is left out here held its transaction's lock as a process of another
-- database at a moment after it; a process keeps its number and its database while it lives, and a transaction its process. What
-- ended in between, or is prepared, is kept as if it were ours.
drop function is_settled(xid8);
create function settled_before(seen pg_snapshot) returns xid8 language plpgsql volatile as $$
declare
    running xid8[] := array(select pg_snapshot_xip(seen));
    others int[];
    elsewhere xid[];
begin
    if running = '{}' then
        return pg_snapshot_xmax(seen);
    end if;
    perform pg_stat_clear_snapshot();
    others := array(select pid from pg_stat_activity
                    where datid <> (select oid from pg_database where datname = current_database()));
    elsewhere := array(select transactionid from pg_locks
                       where locktype = 'transactionid' and mode = 'ExclusiveLock' and granted and pid = any(others));
    return coalesce((select min(one) from unnest(running) as one where not one::xid = any(elsewhere)),
                    pg_snapshot_xmax(seen));
end $$;
grant execute on function settled_before(pg_snapshot) to tidewaiter_app, tidewaiter_audit;
