"""All commands, and what becomes of an error: one sentence, its code, its exit code."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Final, TextIO, cast

from cyclopts import App, CycloptsError

from tidewaiter import __version__
from tidewaiter.cli.memory import keep_memory
from tidewaiter.model.errors import EnvironmentFault, PublicationRefused, TidewaiterError, WrongUse

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
FAULTS_SHOWN: Final = 5

app = App(
    name="tidewaiter",
    help="Customs clearance of parcels: every parcel a decision, its charges to the cent, its reasons.",
    version=__version__,
    suppress_keyboard_interrupt=False,
)
app.command(
    "tidewaiter.cli.demo:demo", name="demo", help="Make a parcel day, clear it for EU, GB and US, say where to look."
)
app.command(
    "tidewaiter.cli.clear:clear", name="clear", help="Give every filing of the inputs a decision, charges and reasons."
)
app.command(
    "tidewaiter.cli.explain:explain", name="explain", help="Tell one filing: its decision, reasons and charges."
)
app.command(
    "tidewaiter.cli.world:world", name="world", help="Make weeks of traffic as senders would send it, its truth apart."
)
app.command(
    "tidewaiter.cli.quote:quote", name="quote", help="Say what filings would cost and which data sets they may use."
)
app.command("tidewaiter.cli.compare:compare", name="compare", help="Lay another system's outcomes beside ours.")
app.command("tidewaiter.cli.quality:quality", name="quality", help="Score the data of those who file, by day.")
app.command("tidewaiter.cli.answer:answer", name="answer", help="Answer a run's sender in the dialect it speaks.")

reference = App(name="reference", help="Shelves: exchange rates, tariffs, nomenclature.")
reference.command(
    "tidewaiter.cli.reference:list_shelves", name="list", help="List shelves: days covered, origin, licence."
)
reference.command("tidewaiter.cli.reference:show_shelf", name="show", help="Tell all that is known of one shelf.")
reference.command(
    "tidewaiter.cli.reference:import_", name="import", help="Check an official publication and put it on its shelf."
)
reference.command("tidewaiter.cli.reference:diff", name="diff", help="Tell what changed between two editions.")
reference.command("tidewaiter.cli.reference:use", name="use", help="Take an edition on its shelf into use.")
reference.command(
    "tidewaiter.cli.reference:roll_back", name="roll-back", help="Undo the last change of what is in use."
)
reference.command(
    "tidewaiter.cli.origin:origin_rules", name="origin", help="Tell rules and proofs of origin for goods."
)
reference.command(
    "tidewaiter.cli.origin:meursing_code", name="meursing", help="Find the Meursing code of a composition."
)
app.command(reference)

tariff = App(name="tariff", help="A tariff: where a code stands, what applies, what changed; headings by words.")
tariff.command(
    "tidewaiter.cli.tariff:show_code", name="show", help="Show a code: tree, measures by origin, papers, history."
)
tariff.command("tidewaiter.cli.tariff:diff", name="diff", help="Tell what is different for a code between two days.")
tariff.command("tidewaiter.cli.tariff_search:search", name="search", help="Find headings and subheadings by words.")
app.command(tariff)

formats = App(name="formats", help="Sender sheets: what a sender's columns mean.")
formats.command(
    "tidewaiter.cli.formats:check",
    name="check",
    help="Say what would be accepted of a file, or what is wrong with a sheet.",
)
formats.command(
    "tidewaiter.cli.formats_learn:learn", name="learn", help="Propose a sender sheet from a file of the sender."
)
formats.command(
    "tidewaiter.cli.formats_tables:tables",
    name="tables",
    help="Put the filings of an XML file into tables of their own.",
)
formats.command("tidewaiter.cli.formats_tables:write", name="write", help="Write XML filings from their tables alone.")
formats.command(
    "tidewaiter.cli.formats_acknowledge:acknowledge",
    name="acknowledge",
    help="Answer an EDIFACT file with CONTRL: its syntax accepted, or refused with the place.",
)
app.command(formats)

packs = App(name="packs", help="Packs of a folder: formats, jurisdictions, risk rules.")
packs.command("tidewaiter.cli.packs:check", name="check", help="Prove the packs of a folder by the cases they bring.")
app.command(packs)

db = App(name="db", help="The database of the service: start, stop, migrate, back up, restore.")
db.command("tidewaiter.cli.db:start", name="start", help="Start the database and leave it running.")
db.command("tidewaiter.cli.db:stop", name="stop", help="Stop the database.")
db.command("tidewaiter.cli.db:status", name="status", help="Tell whether the database runs and answers.")
db.command("tidewaiter.cli.db:migrate", name="migrate", help="Bring the schema to this edition.")
db.command("tidewaiter.cli.db:backup", name="backup", help="Write database and home folder into a folder.")
db.command("tidewaiter.cli.db:restore", name="restore", help="Restore a backup, compared row for row.")
db.command("tidewaiter.cli.db:url", name="url", help="Print the database's address for a role.")
app.command(db)

audit = App(name="audit", help="The signed log: verify, export, prove, witness.")
audit.command("tidewaiter.cli.audit:verify", name="verify", help="Prove that the log is whole, or say where it is not.")
audit.command("tidewaiter.cli.audit:export", name="export", help="Write the log into a folder that proves itself.")
audit.command("tidewaiter.cli.audit:proof", name="proof", help="Write the proof of one entry or row into a file.")
audit.command("tidewaiter.cli.audit:sign", name="sign", help="Seal events and sign a checkpoint now.")
audit.command("tidewaiter.cli.audit:change_key", name="change-key", help="Give the log a new key, signed by both.")
audit.command("tidewaiter.cli.audit:witness", name="witness", help="Cosign somebody's log, or refuse a fork.")
app.command(audit)

repair = App(name="repair", help="What is asked of filings, and the answers.")
repair.command("tidewaiter.cli.repair:list_repairs", name="list", help="Tell what is asked, of whom, until when.")
repair.command("tidewaiter.cli.repair:answer", name="answer", help="Answer for one filing, field by field.")
app.command(repair)

receipt = App(name="receipt", help="Signed receipts: prove one without the service.")
receipt.command("tidewaiter.cli.receipt:verify", name="verify", help="Prove a receipt, or say what does not hold.")
receipt.command("tidewaiter.cli.receipt:prove", name="prove", help="Write the proof that a run accepted a filing.")
app.command(receipt)

jobs = App(name="jobs", help="Work of the service that waits, runs, or was set aside.")
jobs.command("tidewaiter.cli.jobs:list_jobs", name="list", help="Tell jobs that are not done, and why they failed.")
jobs.command("tidewaiter.cli.jobs:retry", name="retry", help="Begin anew with jobs that were set aside.")
app.command(jobs)

vendors = App(name="vendors", help="Registers of vendor schemes: copies, their state, guarantees.")
vendors.command("tidewaiter.cli.vendors:load", name="load", help="Put a copy of a register into force.")
vendors.command("tidewaiter.cli.vendors:tell", name="tell", help="Tell that a register is down, or up again.")
vendors.command("tidewaiter.cli.vendors:checked", name="checked", help="Tell how old the list of denied parties is.")
vendors.command("tidewaiter.cli.vendors:guarantee", name="guarantee", help="Keep a trusted party's guarantee.")
vendors.command("tidewaiter.cli.vendors:status", name="status", help="Tell the registers and what waits for them.")
app.command(vendors)

app.command("tidewaiter.cli.revoke:revoke", name="revoke", help="Revoke ids of persons, a file of them at once.")
app.command("tidewaiter.cli.erase:erase", name="erase", help="Forget whom a filing is about, or say until when not.")

config = App(name="config", help="Settings: their values, and where each comes from.")
config.command("tidewaiter.cli.config:check", name="check", help="Tell each setting with its value and source.")
app.command(config)
account = App(name="account", help="Accounts of persons: made by two, closed by one.")
account.command("tidewaiter.cli.account:first", name="first", help="Make one of the first two admins.")
account.command("tidewaiter.cli.account:office", name="office", help="Make a customs office, or name it anew.")
account.command("tidewaiter.cli.account:agency", name="agency", help="Make an agency, or name it anew.")
account.command("tidewaiter.cli.account:propose", name="propose", help="Propose to make or change an account.")
account.command("tidewaiter.cli.account:proposals", name="proposals", help="List what waits for a second person.")
account.command("tidewaiter.cli.account:approve", name="approve", help="Approve a proposal, or decline it.")
account.command("tidewaiter.cli.account:disable", name="disable", help="Close an account at once.")
account.command("tidewaiter.cli.account:show_list", name="list", help="List the accounts that you may see.")
account.command("tidewaiter.cli.account:roles", name="roles", help="Tell the roles there are.")
app.command(account)

case = App(name="case", help="Cases: list and show them, and act on them as on the pages.")
case.command("tidewaiter.cli.case:show_list", name="list", help="List cases in the order of the queue.")
case.command("tidewaiter.cli.case:show_case", name="show", help="Show one case.")
case.command("tidewaiter.cli.case_acts:release", name="release", help="Release a parcel, or some of its goods lines.")
case.command("tidewaiter.cli.case_acts:hold", name="hold", help="Hold by a decision that is told.")
case.command("tidewaiter.cli.case_acts:refuse", name="refuse", help="Propose a refusal; another person approves it.")
case.command(
    "tidewaiter.cli.case_acts:propose", name="propose", help="Propose a decision that another person approves."
)
case.command("tidewaiter.cli.case_acts:approve", name="approve", help="Approve what is proposed, or decline it.")
case.command("tidewaiter.cli.case_acts:ask", name="ask", help="Ask the party that can answer.")
case.command("tidewaiter.cli.case_acts:answer", name="answer", help="Write down an answer, or take a question back.")
case.command("tidewaiter.cli.case_acts:note", name="note", help="Write something down.")
case.command("tidewaiter.cli.case_acts:assign", name="assign", help="Give a case to somebody.")
case.command("tidewaiter.cli.case_acts:present", name="present", help="Write down that the parcel is presented.")
case.command("tidewaiter.cli.case_acts:inspect", name="inspect", help="Write down what a check found.")
case.command("tidewaiter.cli.case_acts:leave", name="leave", help="Give the leave of your own agency, or deny it.")
app.command(case)

key = App(name="key", help="Keys of machines: shown once, refused at once when revoked.")
key.command("tidewaiter.cli.key:party", name="party", help="Make a party known for which machines may act.")
key.command("tidewaiter.cli.key:make", name="make", help="Make a key for a machine; it is shown once.")
key.command("tidewaiter.cli.key:show_list", name="list", help="List the keys that you may see.")
key.command("tidewaiter.cli.key:revoke", name="revoke", help="Revoke a key and its tokens at once.")
app.command(key)
app.command(
    "tidewaiter.cli.config:doctor", name="doctor", help="Say what is wrong with the service and how to mend it."
)
app.command("tidewaiter.cli.load:load", name="load", help="Take a finished run into the service and open its cases.")
app.command("tidewaiter.cli.serve:serve", name="serve", help="Start database and web server, and serve.")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; no error of ours ends in a traceback."""
    keep_memory()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = app(words, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _told("Stopped. Nothing half-written can be seen; the same command goes on from here.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - the door renders whatever happened behind it
        return _rendered(error)
    return cast("int", code or 0)


def _rendered(error: Exception) -> int:
    """Say what happened and what to do; a fault of the house itself shows where it happened as well."""
    if isinstance(error, CycloptsError):
        return _told(f"{str(error).strip()} See: tidewaiter --help [{WrongUse.code}]", WrongUse.exit_code)
    if isinstance(error, OSError):
        fault = f"{error.filename or 'The machine'}: {error.strerror or error}."
        return _told(f"{fault} [{EnvironmentFault.code}]", EnvironmentFault.exit_code)
    if not isinstance(error, TidewaiterError):
        traceback.print_exception(error)
        return _told(f"This is a fault of Tidewaiter itself. [{TidewaiterError.code}]", TidewaiterError.exit_code)
    listed = _listed(error.faults) if isinstance(error, PublicationRefused) else ""
    return _told(f"{error} [{error.code}]{listed}", error.exit_code)


def _listed(faults: Sequence[str]) -> str:
    """The first faults of each kind (the words before the colon), and how many more there are."""
    kinds: dict[str, list[str]] = {}
    for fault in faults:
        kinds.setdefault(fault.partition(":")[0], []).append(fault)
    shown = [fault for found in kinds.values() for fault in found[:FAULTS_SHOWN]]
    more = f"\n  and {len(faults) - len(shown):,} more; --json lists them all" if len(faults) > len(shown) else ""
    return "".join(f"\n  {fault}" for fault in shown) + more


def _told(sentence: str, code: int, stream: TextIO | None = None) -> int:
    print(f"tidewaiter: {sentence}", file=stream or sys.stderr)
    return code
