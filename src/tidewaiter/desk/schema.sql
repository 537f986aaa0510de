-- The desk. A case is the row of its events; what stands beside them is folded here, by the same rules as desk/folding and
-- desk/impossible, so that no program can bring a case where its events do not lead.

create table case_event (
    case_id uuid not null,
    seq int not null check (seq > 0),
    kind text not null check (kind in (
        'opened', 'amended', 'presented', 'assigned', 'asked', 'answered', 'withdrawn', 'inspected', 'agency_answered',
        'proposed', 'approved', 'declined', 'released', 'held', 'refused', 'disposed', 'noted'
    )),
    at timestamptz not null,
    person text,
    told jsonb not null default '{}',
    key text check (length(key) between 1 and 200),
    digest bytea check (octet_length(digest) = 32),
    primary key (case_id, seq),
    check ((key is null) = (digest is null))
);
comment on table case_event is 'What happened to cases, in order and without a gap; key: the mark by which a repeated act is known.';
create unique index case_event_key on case_event (person, key) where key is not null;

create table desk_case (
    id uuid primary key,
    reference text not null,
    barcode text not null,
    filer text,
    office text,
    agencies text[] not null,
    addressed_to text,
    lane text not null,
    amount_minor bigint,
    currency text,
    priority smallint not null,
    opened_at timestamptz not null,
    changed_at timestamptz not null,
    seq int not null,
    version int not null,
    state jsonb not null,
    decision text not null,
    is_closed boolean not null,
    assigned_to text,
    presented_at timestamptz,
    questions_open smallint not null,
    reply_by timestamptz,
    waiting text[] not null,
    proposed_act text,
    approved_by text,
    took_part text[] not null
);
comment on table desk_case is 'Cases as they stand: id is the filing''s. Written by the triggers of case_event alone.';
-- The queue's indexes hold all that its order and its filters ask for, and what row-level security asks as well.
create index desk_case_queue on desk_case (office, priority, opened_at, id)
    include (lane, decision, assigned_to, questions_open, reply_by, agencies) where not is_closed;
create index desk_case_all on desk_case (priority, opened_at, id)
    include (office, lane, decision, assigned_to, questions_open, reply_by, agencies) where not is_closed;
create index desk_case_lane on desk_case (office, lane, priority, opened_at, id) include (agencies) where not is_closed;
create index desk_case_decision on desk_case (office, decision, priority, opened_at, id)
    where not is_closed and decision <> 'open';
create index desk_case_assigned on desk_case (assigned_to, priority, opened_at, id) where assigned_to is not null;
create index desk_case_question on desk_case (office, priority, opened_at, id) where questions_open > 0;
create index desk_case_reply on desk_case (reply_by) where reply_by is not null;
create index desk_case_reference on desk_case (reference collate "C");
create index desk_case_barcode on desk_case (barcode collate "C");

create table case_agency (
    agency text not null,
    case_id uuid not null references desk_case,
    office text,
    priority smallint not null,
    opened_at timestamptz not null,
    is_closed boolean not null default false,
    primary key (agency, case_id)
);
comment on table case_agency is 'Whose leave a case needs: the queue of an agency, in its order.';
create index case_agency_queue on case_agency (agency, priority, opened_at, case_id) include (office)
    where not is_closed;
create index case_agency_case on case_agency (case_id);

create table case_text (
    case_id uuid not null,
    seq int not null,
    salt bytea not null check (octet_length(salt) = 16),
    words text not null check (length(words) between 1 and 20000),
    is_told boolean not null default false,
    primary key (case_id, seq),
    foreign key (case_id, seq) references case_event
);
comment on table case_text is 'What people typed: apart, so that it can be erased; its event keeps sha256(salt, words). Told: the filer reads it.';

create table notice (
    id uuid primary key,
    case_id uuid not null,
    seq int not null,
    kind text not null check (kind in ('question', 'hold', 'refusal')),
    at timestamptz not null,
    reply_by timestamptz,
    filer text,
    addressed_to text,
    office text,
    agencies text[] not null,
    told jsonb not null,
    unique (case_id, seq),
    foreign key (case_id, seq) references case_event
);
comment on table notice is 'What a filer is told of an adverse step: facts, legal basis, until when to reply, how to appeal.';
create index notice_filer on notice (filer, at);

create function case_moment(at timestamptz) returns text language sql stable strict parallel safe return
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

create function case_lines(state jsonb, told jsonb) returns text[] language sql immutable parallel safe return
    case when told ? 'items' then array(select jsonb_array_elements_text(told -> 'items'))
    else array(select jsonb_object_keys(state -> 'items')) end;

create function case_each(lines text[], word text) returns jsonb language sql immutable parallel safe return
    coalesce((select jsonb_object_agg(line, word) from unnest(lines) as line), '{}');

create function case_opened(told jsonb) returns jsonb language sql immutable parallel safe return jsonb_build_object(
    'version', told -> 'version',
    'items', case_each(case_lines('{}', told), 'open'),
    'needs_presentation', coalesce((told -> 'needs') ? 'presentation', false),
    'needs_result', coalesce((told -> 'needs') ? 'result', false),
    'presented_at', told -> 'presented_at',
    'assigned_to', null,
    'questions', '{}'::jsonb,
    'agencies', coalesce(
        (select jsonb_object_agg(agency, null::text) from jsonb_array_elements_text(told -> 'agencies') as agency), '{}'
    ),
    'results', '{}'::jsonb,
    'proposal', null,
    'approved_by', null,
    'took_part', '[]'::jsonb,
    'disposition', '{}'::jsonb
);

create function case_with(state jsonb, person text) returns jsonb language sql immutable parallel safe return
    case when person is null then state -> 'took_part' else (
        select jsonb_agg(each order by each collate "C") from (
            select jsonb_array_elements_text(state -> 'took_part') union select person
        ) as all_of (each)
    ) end;

create function case_after(state jsonb, kind text, at timestamptz, person text, told jsonb) returns jsonb
    language sql stable parallel safe return
    state
    || case kind
        when 'amended' then jsonb_build_object(
            'version', told -> 'version', 'items', case_each(case_lines(state, told), 'open'),
            'questions', '{}'::jsonb, 'results', '{}'::jsonb
        )
        when 'presented' then jsonb_build_object('presented_at', case_moment(at))
        when 'assigned' then jsonb_build_object('assigned_to', told -> 'to')
        when 'asked' then jsonb_build_object('questions',
            (state -> 'questions') || jsonb_build_object(told ->> 'question', told -> 'reply_by'))
        when 'answered' then jsonb_build_object('questions', (state -> 'questions') - (told ->> 'question'))
        when 'withdrawn' then jsonb_build_object('questions', (state -> 'questions') - (told ->> 'question'))
        when 'inspected' then jsonb_build_object(
            'results', (state -> 'results') || case_each(case_lines(state, told), told ->> 'result'),
            'took_part', case_with(state, person)
        )
        when 'agency_answered' then jsonb_build_object('agencies',
            (state -> 'agencies') || jsonb_build_object(told ->> 'agency', told -> 'grants'))
        when 'proposed' then jsonb_build_object(
            'proposal', jsonb_build_object('act', told -> 'act', 'by', coalesce(person, ''),
                'reason', coalesce(told ->> 'reason', ''), 'items', (
                select jsonb_agg(line::int order by line::int) from unnest(case_lines(state, told)) as line
            )),
            'took_part', case_with(state, person)
        )
        when 'disposed' then jsonb_build_object('disposition',
            (state -> 'disposition') || case_each(case_lines(state, told), told ->> 'disposition'))
        when 'released' then jsonb_build_object('items', (state -> 'items') || case_each(case_lines(state, told), kind))
        when 'held' then jsonb_build_object('items', (state -> 'items') || case_each(case_lines(state, told), kind))
        when 'refused' then jsonb_build_object('items', (state -> 'items') || case_each(case_lines(state, told), kind))
        else '{}'::jsonb
    end
    || jsonb_build_object('approved_by', case when kind = 'approved' then person end)
    || case when kind in (
        'amended', 'presented', 'asked', 'answered', 'withdrawn', 'inspected', 'agency_answered', 'declined',
        'released', 'held', 'refused'
    ) then '{"proposal": null}'::jsonb else '{}'::jsonb end;

create function case_is_closed(state jsonb) returns boolean language sql immutable parallel safe return
    (state -> 'items') <> '{}'
    and not exists (select from jsonb_each_text(state -> 'items') as line (n, word) where word not in ('released', 'refused'));

-- Why an event cannot follow on a case, in a word or two; null: it can.
create function case_against(state jsonb, seq int, kind text, person text, told jsonb) returns text
    language plpgsql stable parallel safe as $$
declare
    named text[] := case_lines(state, told);
    known text[];
begin
    if case_is_closed(state) and kind not in ('amended', 'noted', 'disposed') then
        return 'all is decided';
    elsif cardinality(named) = 0 or (kind = 'amended' and not told ? 'items') then
        return 'no goods line is named';
    elsif kind <> 'amended' and not (state -> 'items') ?& named then
        return 'no such goods line';
    elsif kind in ('released', 'held', 'refused', 'proposed') and exists (
        select from unnest(named) as line where state -> 'items' ->> line in ('released', 'refused')
    ) then
        return 'decided already';
    end if;
    if kind = 'released' or (kind = 'proposed' and told ->> 'act' = 'released') then
        if (state -> 'needs_presentation')::boolean and state ->> 'presented_at' is null then
            return 'not presented';
        elsif state -> 'questions' <> '{}' then
            return 'a question is open';
        elsif (state -> 'needs_result')::boolean and not (state -> 'results') ?& named then
            return 'no result';
        elsif exists (select from unnest(named) as line where state -> 'results' ->> line = 'not_found') then
            return 'not found';
        elsif exists (select from jsonb_each(state -> 'agencies') as one (agency, grants) where grants <> 'true') then
            return 'leave of an agency is missing';
        end if;
    end if;
    if kind = 'refused' or (kind = 'released' and state ->> 'approved_by' is not null) then
        if state ->> 'approved_by' is distinct from person or person is null
            or state -> 'proposal' ->> 'act' is distinct from kind
            or not (array(select jsonb_array_elements_text(state -> 'proposal' -> 'items')) @> named
                    and array(select jsonb_array_elements_text(state -> 'proposal' -> 'items')) <@ named) then
            return 'not what was approved';
        end if;
    elsif kind = 'proposed' and coalesce(told ->> 'act', '') not in ('released', 'held', 'refused') then
        return 'no such act';
    elsif kind = 'asked' and coalesce(told ->> 'question', '') = '' then
        return 'no question';
    elsif kind = 'agency_answered' and not (
        (state -> 'agencies') ? coalesce(told ->> 'agency', '') and jsonb_typeof(told -> 'grants') is not distinct from 'boolean'
    ) then
        return 'leave is not wanted';
    elsif kind in ('approved', 'declined') then
        if state ->> 'proposal' is null then
            return 'nothing is proposed';
        elsif kind = 'approved' and (person is null or person = state -> 'proposal' ->> 'by'
                or (state -> 'took_part') ? person) then
            return 'not another person';
        elsif kind = 'approved' and (told -> 'saw') is distinct from to_jsonb(seq) then
            return 'not what was seen';
        end if;
    elsif kind in ('answered', 'withdrawn') and not (state -> 'questions') ? coalesce(told ->> 'question', '') then
        return 'no such question';
    elsif kind = 'inspected' and coalesce(told ->> 'result', '') not in (
        'nil', 'minor', 'value', 'code', 'origin', 'quantity', 'undeclared', 'prohibited', 'ipr', 'unsafe', 'not_found'
    ) then
        return 'no such result';
    elsif kind = 'disposed' and coalesce(told ->> 'disposition', '') not in (
        'delivered', 'returned_to_sender', 're_exported', 'abandoned', 'destroyed', 'seized', 'detained_ipr', 'sampled',
        'short', 'not_presented', 'not_found', 'invalidated'
    ) then
        return 'no such end';
    end if;
    return null;
end
$$;

create function case_decision(state jsonb) returns text language sql immutable parallel safe return (
    select case count(distinct word) when 1 then min(word) else 'partial' end
    from jsonb_each_text(state -> 'items') as line (n, word)
);

create function case_waiting(state jsonb) returns text[] language sql immutable parallel safe return
    array(select agency from jsonb_each(state -> 'agencies') as one (agency, grants) where grants <> 'true' order by 1);

create function case_reply_by(state jsonb) returns timestamptz language sql stable parallel safe return
    (select min(by_when::timestamptz) from jsonb_each_text(state -> 'questions') as one (question, by_when));

-- Cases are opened many at once: one statement of events, one statement of cases.
create function case_open_all() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from added where kind = 'opened' and (
        seq <> 1 or jsonb_typeof(told -> 'items') is distinct from 'array' or told -> 'items' = '[]'
        or jsonb_typeof(told -> 'version') is distinct from 'number'
    )) then
        raise restrict_violation using message = 'a case is opened once, with its goods lines, before anything else';
    end if;
    with opened as materialized (select *, case_opened(told) as state from added where kind = 'opened')
    insert into desk_case
    select
        case_id, told -> 'filing' ->> 'reference', coalesce(told -> 'filing' ->> 'barcode', ''),
        told -> 'filing' ->> 'filer', told -> 'filing' ->> 'office',
        array(select jsonb_array_elements_text(told -> 'agencies')), told -> 'filing' ->> 'addressed_to',
        told -> 'filing' ->> 'lane', (told -> 'filing' ->> 'amount_minor')::bigint, told -> 'filing' ->> 'currency',
        coalesce((told -> 'filing' ->> 'priority')::smallint, 7), at, at, 1, (told ->> 'version')::int, state, 'open',
        false, null, (told ->> 'presented_at')::timestamptz, 0, null, case_waiting(state), null, null, '{}'
    from opened;
    insert into case_agency (agency, case_id, office, priority, opened_at)
    select distinct agency, case_id, told -> 'filing' ->> 'office',
        coalesce((told -> 'filing' ->> 'priority')::smallint, 7), at
    from added, jsonb_array_elements_text(told -> 'agencies') as agency
    where kind = 'opened';
    return null;
end
$$;
create trigger opens after insert on case_event referencing new table as added
    for each statement execute function case_open_all();

create function case_goes_on() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    before desk_case;
    now_is jsonb;
    fault text;
begin
    select * into before from desk_case where id = new.case_id for update;
    if before.seq is distinct from new.seq - 1 then
        raise unique_violation using message = 'something happened to this case since', constraint = 'case_event_pkey';
    end if;
    fault := case_against(before.state, before.seq, new.kind, new.person, new.told);
    if fault is not null then
        raise restrict_violation using message = format('%s cannot follow: %s', new.kind, fault);
    end if;
    now_is := case_after(before.state, new.kind, new.at, new.person, new.told);
    update desk_case set
        seq = new.seq, changed_at = new.at, state = now_is, version = (now_is ->> 'version')::int,
        decision = case_decision(now_is), is_closed = case_is_closed(now_is), assigned_to = now_is ->> 'assigned_to',
        presented_at = (now_is ->> 'presented_at')::timestamptz,
        questions_open = (select count(*) from jsonb_object_keys(now_is -> 'questions')), reply_by = case_reply_by(now_is),
        waiting = case_waiting(now_is), proposed_act = now_is -> 'proposal' ->> 'act', approved_by = now_is ->> 'approved_by',
        took_part = array(select jsonb_array_elements_text(now_is -> 'took_part')),
        amount_minor = case when new.kind = 'amended' and (new.told -> 'filing') ? 'amount_minor'
            then (new.told -> 'filing' ->> 'amount_minor')::bigint else amount_minor end,
        lane = case when new.kind = 'amended' then coalesce(new.told -> 'filing' ->> 'lane', lane) else lane end
    where id = new.case_id;
    if case_is_closed(now_is) is distinct from before.is_closed then
        update case_agency set is_closed = case_is_closed(now_is) where case_id = new.case_id;
    end if;
    return null;
end
$$;
create trigger goes_on after insert on case_event for each row when (new.kind <> 'opened')
    execute function case_goes_on();

-- Every adverse step of a person writes a notice; looked for when its transaction commits.
create function case_told() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from notice where notice.case_id = new.case_id and notice.seq = new.seq) then
        raise restrict_violation using message = format('%s goes with a notice', new.kind);
    end if;
    return null;
end
$$;
create constraint trigger told after insert on case_event deferrable initially deferred for each row
    when (new.kind in ('asked', 'held', 'refused') and new.person is not null) execute function case_told();

-- Proof that what stands beside the events is what they add up to: cases of which it is not.
create function case_folded(wanted uuid) returns jsonb language plpgsql stable as $$
declare
    state jsonb;
    event case_event;
begin
    for event in select * from case_event where case_id = wanted order by seq loop
        state := case when event.kind = 'opened' then case_opened(event.told)
            else case_after(state, event.kind, event.at, event.person, event.told) end;
    end loop;
    return state;
end
$$;

create function case_faults() returns setof uuid language sql stable begin atomic
    select c.id from desk_case as c
    where c.state is distinct from case_folded(c.id)
        or c.seq is distinct from (select count(*) from case_event as e where e.case_id = c.id)
        or c.seq is distinct from (select max(e.seq) from case_event as e where e.case_id = c.id)
        or c.version is distinct from (c.state ->> 'version')::int
        or c.decision is distinct from case_decision(c.state)
        or c.is_closed is distinct from case_is_closed(c.state)
        or exists (select from case_agency as a where a.case_id = c.id and a.is_closed <> c.is_closed)
        or c.assigned_to is distinct from c.state ->> 'assigned_to'
        or c.presented_at is distinct from (c.state ->> 'presented_at')::timestamptz
        or c.questions_open is distinct from (select count(*) from jsonb_object_keys(c.state -> 'questions'))
        or c.reply_by is distinct from case_reply_by(c.state)
        or c.waiting is distinct from case_waiting(c.state)
        or c.proposed_act is distinct from c.state -> 'proposal' ->> 'act'
        or c.approved_by is distinct from c.state ->> 'approved_by'
        or c.took_part is distinct from array(select jsonb_array_elements_text(c.state -> 'took_part'))
    union all
    select e.case_id from case_event as e where e.kind = 'opened'
        and not exists (select from desk_case as c where c.id = e.case_id);
end;
