"""``tidewaiter repair``."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from tidewaiter.cli.words import plain, show, show_json
from tidewaiter.model.errors import WrongUse
from tidewaiter.model.words import counted

if TYPE_CHECKING:
    from tidewaiter.service.repairs.referral_answers import Answered

PAGE = 1_000


def list_repairs(
    folder: Annotated[Path | None, Parameter(name="RUN")] = None,
    /,
    *,
    served: str | None = None,
    key_file: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Tell what is asked of filings: all questions of each at once, of whom, with the values that would do.

    Args:
        folder: Folder that a run wrote.
        served: The address of a service instead: what it asks of the party that the key is of.
        key_file: File with that key.
        json: The same as JSON.
    """
    from tidewaiter.service.clock import now
    from tidewaiter.service.repairs.in_run import asked_in

    if (folder is None) == (served is None):
        raise WrongUse("Name a folder that a run wrote, or with --served a service.")
    if folder is not None:
        found: list[dict[str, Any]] = [
            {**one._asdict(), "reply_by": one.reply_by and one.reply_by.isoformat(),
             "questions": [question._asdict() for question in one.questions]}
            for one in asked_in(folder, now())
        ]  # fmt: skip
    else:
        found = list(_served(served or "", key_file))
    if json:
        show_json({"repairs": found})
    else:
        show(["", *(line for one in found for line in _lines(one)), *([] if found else ["  Nothing is asked."]), ""])
    return 0


def answer(
    folder: Annotated[str, Parameter(name="RUN or FILING")],
    /,
    *words: Annotated[str, Parameter(name="FIELD=VALUE")],
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    to: Path | None = None,
    served: str | None = None,
    key_file: Path | None = None,
    version: int | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Answer what is asked of one filing; nothing else of it is sent again.

    Args:
        folder: Folder that a run wrote, then the filing's reference; with --served the filing's id.
        words: What is answered: nature=gift, items.2.origin=CN.
        from_: File of answers to referrals (REFRSP) instead of one filing and its fields.
        to: File to which the answer is added, to be cleared next with --history.
        served: The address of a service that is answered instead.
        key_file: File with the key of the party that answers.
        version: The version that was looked at, with --served.
        json: What came of it as JSON.
    """
    from tidewaiter.service.clock import now
    from tidewaiter.service.repairs.in_run import answer_to, write_answer

    if from_ is not None:
        if words or served is not None or to is None:
            raise WrongUse("A file of answers goes with the folder of a run and the file to write: --to FILE.")
        return _all_answered(Path(folder), from_, to, json=json)
    if served is not None:
        told = _client(served, key_file).mend(folder, version or 1, _fields(words)).told
        if json:
            show_json(told)
        else:
            show(["", f"  Version {told['version']} stands: {told['status']}.", ""])
        return 0
    if not words or to is None:
        raise WrongUse("Name a folder, a filing, what is answered, and the file to write: --to FILE.")
    consignment, *rest = words
    write_answer(to, answer_to(Path(folder), consignment, _fields(tuple(rest)), now()))
    told = {"file": str(to), "consignment_id": consignment}
    if json:
        show_json(told)
    else:
        lake = plain(folder)
        show(["", f"  {plain(to)} holds the answer. Next: tidewaiter clear {plain(to)} --history {lake} ...", ""])
    return 0


def _all_answered(folder: Path, file: Path, to: Path, *, json: bool) -> int:
    from tidewaiter.service.clock import now
    from tidewaiter.service.repairs.in_run import answer_all

    taken, refused = answer_all(folder, file, to, now())
    if json:
        show_json({"file": str(to), "taken": taken, "refused": [one._asdict() for one in refused]})
    else:
        show(["", f"  {counted(taken, 'answer')} taken, {len(refused):,} not.", *map(_refused_line, refused), ""])
    return 1 if refused else 0


def _refused_line(one: "Answered") -> str:
    return f"    message {one.position}, {plain(one.consignment_id or '(no reference)')}: {plain(one.fault)}"


def _served(address: str, key_file: Path | None) -> Iterator[dict[str, Any]]:
    client, after, is_last = _client(address, key_file), "0", False
    while not is_last:
        page = client.repairs(after, PAGE)
        yield from (dict(row) for row in page.rows)
        after, is_last = page.next, page.is_last


def _client(address: str, key_file: Path | None) -> Any:  # noqa: ANN401 - the client is loaded where it is asked for
    from tidewaiter.client import Client

    if key_file is None:
        raise WrongUse("Name the file that holds your key: --key-file FILE.")
    return Client(address, key_file.read_text(encoding="ascii").strip())


def _fields(words: tuple[str, ...]) -> dict[str, str]:
    odd = [word for word in words if "=" not in word]
    if odd:
        raise WrongUse(f"'{odd[0]}' is no answer. Write it like nature=gift.")
    return dict(word.split("=", 1) for word in words)


def _lines(one: dict[str, Any]) -> Iterator[str]:
    until = f", by {one['reply_by'][:10]}, else {one['no_reply'] or 'it waits'}" if one["reply_by"] else ""
    yield f"  {plain(one['consignment_id'])} version {one['version']}{until}"
    for question in one["questions"]:
        fits = ", ".join(question["values"]) or f"like {question['example']}"
        yield f"    {question['path']}  ({question['of']}; {plain(fits)})"
        yield from (f"      {plain(sentence)}" for sentence in question["sentences"])
