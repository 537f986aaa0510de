-- Lists that are read page by page stand in the order of who wrote a row, then of its number. Every transaction below
-- `settled_before()` has ended, and every one to come lies above: behind a cursor in that order no row appears later.

-- What is added to the server's count of transactions. It is raised where a database goes on on a server that counted
-- less far (store/counting.py); a function, since planners take it for the constant that it is.
create function counted_ahead() returns bigint language sql immutable parallel safe return 0::bigint;

create function written_mark() returns xid8 language sql volatile
    return (pg_current_xact_id()::text::bigint + counted_ahead())::text::xid8;

create function settled_before() returns xid8 language sql stable parallel safe
    return (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + counted_ahead())::text::xid8;

grant execute on function counted_ahead(), written_mark(), settled_before() to tidewaiter_app, tidewaiter_audit;
drop function is_settled(xid8);

alter table message alter column written_by set default written_mark();
alter table filing alter column written_by set default written_mark();
alter table repair alter column written_by set default written_mark();
alter table movement alter column written_by set default written_mark();
alter table delivery add column written_by xid8 not null default written_mark();

drop index message_cursor, message_errors, filing_cursor, repair_cursor, delivery_of;
create index message_errors on message (submitter, written_by, seq) where errors > 0;
create index filing_cursor on filing (filer, written_by, seq);
create index repair_cursor on repair (filer, written_by, seq);
create index delivery_of on delivery (webhook, written_by, seq);
