-- Receipts of files: of each sender a chain, every one naming the hash of the one before.

create table receipt (
    sender text not null,
    number bigint not null check (number > 0),
    run text not null unique,
    hash bytea not null check (octet_length(hash) = 32),
    previous bytea check (octet_length(previous) = 32),
    jws text not null,
    at timestamptz not null,
    primary key (sender, number),
    check ((number = 1) = (previous is null))
);
comment on table receipt is 'Signed receipts of files as their senders got them. hash: SHA-256 of the signed text; previous: that of the one before.';
