-- Agencies whose leave the sheets of packs ask for, as the law of each jurisdiction has them: who stands behind the word
-- under which an agency's officers sign in, for which goods, since when, by which source.

create table agency_leave (
    jurisdiction text not null,
    code text not null,
    agency text not null references agency,
    authority text not null,
    permit text not null,
    goods text[] not null,
    valid_from date not null,
    valid_to date,
    source text not null,
    evidence text not null,
    primary key (jurisdiction, code, valid_from)
);
comment on table agency_leave is 'Dated facts of the packs: taken anew with every edition, never typed.';
