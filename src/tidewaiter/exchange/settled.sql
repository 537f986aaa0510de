-- Numbers are drawn before their rows are seen, so a cursor stops before a row whose elder may still come: it waits for every
-- transaction that ran when the query that asks began, those of other databases of the server among them.
drop function is_settled(xid8);
create function settled_before(seen pg_snapshot) returns xid8 language sql stable parallel safe
    return pg_snapshot_xmin(seen);
grant execute on function settled_before(pg_snapshot) to tidewaiter_app, tidewaiter_audit;
