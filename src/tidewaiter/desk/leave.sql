-- Leave of agencies by goods line: an event names agencies, or by agency the lines it has to let in. A new version of a
-- filing names needs and agencies anew, and leave that was given of an earlier one is void.

create function case_agencies(wanted jsonb) returns text[] language sql immutable parallel safe return
    case jsonb_typeof(wanted) when 'array' then array(select jsonb_array_elements_text(wanted))
        when 'object' then array(select jsonb_object_keys(wanted)) else '{}' end;

create function case_leave(wanted jsonb) returns jsonb language sql immutable parallel safe return
    case jsonb_typeof(wanted) when 'object' then (
        select coalesce(jsonb_object_agg(agency, (
            select jsonb_agg(distinct line::int order by line::int) from jsonb_array_elements_text(lines) as line
        )), '{}') from jsonb_each(wanted) as one (agency, lines)
    ) else '{}'::jsonb end;

create function case_unanswered(agencies text[]) returns jsonb language sql immutable parallel safe return
    coalesce((select jsonb_object_agg(agency, null::text) from unnest(agencies) as agency), '{}');

update desk_case set state = state || '{"leave": {}}';

create or replace function case_opened(told jsonb) returns jsonb language sql immutable parallel safe return jsonb_build_object(
    'version', told -> 'version',
    'items', case_each(case_lines('{}', told), 'open'),
    'needs_presentation', coalesce((told -> 'needs') ? 'presentation', false),
    'needs_result', coalesce((told -> 'needs') ? 'result', false),
    'presented_at', told -> 'presented_at',
    'assigned_to', null,
    'questions', '{}'::jsonb,
    'agencies', case_unanswered(case_agencies(told -> 'agencies')),
    'leave', case_leave(told -> 'agencies'),
    'results', '{}'::jsonb,
    'proposal', null,
    'approved_by', null,
    'took_part', '[]'::jsonb,
    'disposition', '{}'::jsonb
);

create or replace function case_after(state jsonb, kind text, at timestamptz, person text, told jsonb) returns jsonb
    language sql stable parallel safe return
    state
    || case kind
        when 'amended' then jsonb_build_object(
            'version', told -> 'version', 'items', case_each(case_lines(state, told), 'open'),
            'questions', '{}'::jsonb, 'results', '{}'::jsonb,
            'needs_presentation', case when told ? 'needs' then to_jsonb((told -> 'needs') ? 'presentation')
                else state -> 'needs_presentation' end,
            'needs_result', case when told ? 'needs' then to_jsonb((told -> 'needs') ? 'result')
                else state -> 'needs_result' end,
            'agencies', case_unanswered(case when told ? 'agencies' then case_agencies(told -> 'agencies')
                else array(select jsonb_object_keys(state -> 'agencies')) end),
            'leave', case when told ? 'agencies' then case_leave(told -> 'agencies') else state -> 'leave' end
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

create or replace function case_against(state jsonb, seq int, kind text, person text, told jsonb) returns text
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
        elsif exists (
            select from jsonb_each(state -> 'agencies') as one (agency, grants)
            where grants <> 'true' and (not state -> 'leave' ? agency
                or array(select jsonb_array_elements_text(state -> 'leave' -> agency)) && named)
        ) then
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

create or replace function case_open_all() returns trigger
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
        case_agencies(told -> 'agencies'), told -> 'filing' ->> 'addressed_to',
        told -> 'filing' ->> 'lane', (told -> 'filing' ->> 'amount_minor')::bigint, told -> 'filing' ->> 'currency',
        coalesce((told -> 'filing' ->> 'priority')::smallint, 7), at, at, 1, (told ->> 'version')::int, state, 'open',
        false, null, (told ->> 'presented_at')::timestamptz, 0, null, case_waiting(state), null, null, '{}'
    from opened;
    insert into case_agency (agency, case_id, office, priority, opened_at)
    select distinct agency, case_id, told -> 'filing' ->> 'office',
        coalesce((told -> 'filing' ->> 'priority')::smallint, 7), at
    from added, unnest(case_agencies(told -> 'agencies')) as agency
    where kind = 'opened';
    return null;
end
$$;

create or replace function case_goes_on() returns trigger
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
    if new.kind = 'amended' and new.told ? 'agencies' then
        update desk_case set agencies = case_agencies(new.told -> 'agencies') where id = new.case_id;
        delete from case_agency where case_id = new.case_id;
        insert into case_agency (agency, case_id, office, priority, opened_at, is_closed)
        select distinct agency, new.case_id, before.office, before.priority, before.opened_at, case_is_closed(now_is)
        from unnest(case_agencies(new.told -> 'agencies')) as agency;
    elsif case_is_closed(now_is) is distinct from before.is_closed then
        update case_agency set is_closed = case_is_closed(now_is) where case_id = new.case_id;
    end if;
    return null;
end
$$;
