-- What a new version leaves of the goods lines: to be decided, let go by the law as it is now, or withdrawn.

alter function case_after(jsonb, text, timestamptz, text, jsonb) rename to case_after_open;

create function case_after(state jsonb, kind text, at timestamptz, person text, told jsonb) returns jsonb
    language sql stable parallel safe return
    case_after_open(state, kind, at, person, told) || case when kind = 'amended' then jsonb_build_object(
        'items', case_each(case_lines(state, told), coalesce(told ->> 'lines', 'open'))
    ) else '{}'::jsonb end;

create or replace function case_is_closed(state jsonb) returns boolean language sql immutable parallel safe return
    (state -> 'items') <> '{}' and not exists (
        select from jsonb_each_text(state -> 'items') as line (n, word)
        where word not in ('released', 'refused', 'cancelled')
    );

create or replace function case_word(line text, questions jsonb) returns text language sql immutable parallel safe return
    case line when 'released' then 'released' when 'refused' then 'refused' when 'held' then 'under_control'
        when 'cancelled' then 'cancelled'
        else case when questions = '{}' then 'under_control' else 'asked' end end;

alter function case_against(jsonb, int, text, text, jsonb) rename to case_against_as_it_stands;

create function case_against(state jsonb, seq int, kind text, person text, told jsonb) returns text
    language sql stable parallel safe return
    case when kind = 'amended' and coalesce(told ->> 'lines', 'open') not in ('open', 'released', 'cancelled')
        then 'no such word for its goods lines'
    else case_against_as_it_stands(state, seq, kind, person, told) end;
