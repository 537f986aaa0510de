-- A key that was marked is looked at some seconds later, with all that came meanwhile. It is not locked while it is looked at:
-- whoever marks it once more counts its marks up, and it is only struck off as it was taken.

alter table window_due add column marks bigint not null default 1;
alter table window_due add column marked_at timestamptz not null default now();
comment on column window_due.marks is 'How often the key was marked; struck off only where nobody marked it since it was taken.';
comment on column window_due.marked_at is 'When it was marked first, or looked at last: keys are taken in this order.';
alter table window_due drop column after_message;
create index window_due_in_order on window_due (marked_at, key_name, key);

delete from procrastinate_jobs where task_name = 'reassess' and status = 'todo';
