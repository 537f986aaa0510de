-- What may be published of a filing is what its case says, by the same rules as service/acts/publishing: a person's call
-- publishes no other word, and the lines are written from the case. The house publishes what it worked out itself.

create function case_word(line text, questions jsonb) returns text language sql immutable parallel safe return
    case line when 'released' then 'released' when 'refused' then 'refused' when 'held' then 'under_control'
        else case when questions = '{}' then 'under_control' else 'asked' end end;

create function case_status(state jsonb) returns text language sql immutable parallel safe return
    case when case_decision(state) = 'released' then 'released' when case_is_closed(state) then 'refused'
        when state -> 'questions' = '{}' then 'under_control' else 'asked' end;

create function case_lane(state jsonb, planned text) returns text language sql immutable parallel safe return
    case when case_decision(state) = 'released' then 'release'
        when exists (select from jsonb_each_text(state -> 'items') as line (n, word) where word = 'refused') then 'divert'
        when planned = 'release' then 'hold' else planned end;

create function case_published(items jsonb, state jsonb) returns jsonb language sql immutable parallel safe return
    (select coalesce(jsonb_agg(item || jsonb_build_object(
        'status', case_word(state -> 'items' ->> coalesce(item ->> 'item_no', '0'), state -> 'questions')
    ) order by place), '[]') from jsonb_array_elements(items) with ordinality as line (item, place));
