"""The command line. Each command takes words, calls one thing inside, and tells what came of it."""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salesplan_xl.entry.report import DONE, FAILED, Report

if TYPE_CHECKING:
    from salesplan_xl.actions.perform import Outcome
    from salesplan_xl.workbook.problems import Problem

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
template_app = typer.Typer(no_args_is_help=True, help="The workbook template.")
app.add_typer(template_app, name="template")

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]
Plan = Annotated[Path, typer.Argument(help="The plan, an .xlsx or .xlsm workbook.")]
TEMPLATE = Path("workbook_template.xlsm")
SHOWN = 60
"""How many problems a terminal shows; --json lists them all."""


def _version(wanted: bool) -> None:
    """Write the version and stop."""
    if wanted:
        from salesplan_xl import __version__

        sys.stdout.write(f"salesplan-xl {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, help="Write the version.")] = False,
) -> None:
    """A ten-step sales management plan in one Excel workbook, exact to the cent."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # what a program reads is UTF-8 on every system
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name of a file may be of any bytes
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the outermost door: a person sees a sentence, never a traceback
        sys.stderr.write(_our_failure(error) + "\n")
        sys.exit(FAILED)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder for the files; made if it is not there.")] = Path("demo"),
    as_json: AsJson = False,
) -> None:
    """Make a plan for the sample company: two years of history, a budget, and the year's actuals."""

    def work(report: Report, progress: Callable[[str], None]) -> None:
        from salesplan_xl.entry.demo import make_demo

        make_demo(folder, report, progress)

    _tell("demo", work, as_json=as_json)


@app.command()
def new(
    plan: Annotated[Path, typer.Argument(help="The file to make.")],
    lang: Annotated[str, typer.Option(help="Language of titles and headers.")] = "en",
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with the sample company.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new plan."""

    def work(report: Report, progress: Callable[[str], None]) -> None:
        from salesplan_xl.entry.plans import new_plan

        new_plan(plan, lang, progress, with_sample=sample)
        report.files.append(str(plan))
        report.lines.append(f"{plan} is ready. Open it, fill in the coloured cells, and run: salesplan-xl run {plan}")

    _tell("new", work, as_json=as_json)


@app.command()
def run(
    plan: Plan,
    actions: Annotated[list[str] | None, typer.Argument(help="Actions to perform, in order.")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="An option for this run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Perform actions on a plan; without an action, list them."""
    chosen = _pairs(settings or [])

    def work(report: Report, progress: Callable[[str], None]) -> None:
        from salesplan_xl.entry.plans import find_actions, readiness
        from salesplan_xl.entry.plans import run as run_plan

        if not actions:
            for action, tip, obstacles in readiness(plan, progress):
                report.numbers[action] = "not ready" if obstacles else "ready"
                report.lines.append(f"{action:16} {'not ready' if obstacles else 'ready':10} {tip}")
                report.problems += [obstacle.as_warning() for obstacle in obstacles]
            return
        _add(report, run_plan(plan, find_actions(actions), chosen, progress), plan)

    _tell("run", work, as_json=as_json)


@app.command()
def check(plan: Plan, as_json: AsJson = False) -> None:
    """Read every table, list all that is wrong, and bring the summaries up to date."""

    def work(report: Report, progress: Callable[[str], None]) -> None:
        from salesplan_xl.entry.plans import find_actions
        from salesplan_xl.entry.plans import run as run_plan

        _add(report, run_plan(plan, find_actions(["check"]), {}, progress), plan)

    _tell("check", work, as_json=as_json)


@app.command()
def why(
    plan: Plan,
    cell: Annotated[str, typer.Argument(help='Sheet and cell, such as "8 Budget!W40".')] = "",
    period: Annotated[
        str | None, typer.Option(help="A month such as 2026-03, a quarter such as Q1, or a half.")
    ] = None,
    territory: Annotated[str | None, typer.Option(help="A territory, a country or a region.")] = None,
    rep: Annotated[str | None, typer.Option(help="A rep or a manager.")] = None,
    customer: Annotated[str | None, typer.Option(help="A customer or a segment.")] = None,
    family: Annotated[str | None, typer.Option(help="A product family or a product.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell why a cell of the budget, or a part of it, has its value."""

    def work(report: Report, _: Callable[[str], None]) -> None:
        from salesplan_xl.entry.why import tell_why

        names = {"period": period, "territory": territory, "rep": rep, "customer": customer, "family": family}
        tell_why(plan, cell, names, report)

    _tell("why", work, as_json=as_json)


@app.command(context_settings={"ignore_unknown_options": True})  # -100 is an argument, not an option
def call(
    function: Annotated[str | None, typer.Argument(help="A cell function, such as SP_SPREAD.")] = None,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[JSON]...", help="Its arguments, each as JSON.")
    ] = None,
    batch: Annotated[Path | None, typer.Option(help="A JSON file with a list of {function, args}.")] = None,
    as_json: AsJson = False,  # noqa: ARG001 - every command takes it; this one writes nothing else
) -> None:
    """Call a cell function as a cell would, and write what the cell would show, as JSON."""
    import udfs
    from salesplan_xl.functions.json_cells import batch as call_batch
    from salesplan_xl.functions.json_cells import call_json

    if (function is None) == (batch is None):
        raise typer.BadParameter("give a function, or --batch with a file")
    if batch is not None:
        try:
            cases = json.loads(batch.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{batch} cannot be read as JSON: {error}") from None
        if not isinstance(cases, list):
            raise typer.BadParameter(f'{batch} holds no list of {{"function": ..., "args": [...]}}')
        sys.stdout.write(json.dumps(call_batch(udfs.FUNCTIONS, cases), ensure_ascii=False) + "\n")
        return
    try:
        given = [json.loads(text) for text in arguments or []]
    except ValueError as error:
        raise typer.BadParameter(f"an argument is no JSON: {error}; put quotes around texts: '\"US\"'") from None
    answer = call_json(udfs.FUNCTIONS, str(function), given)
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    raise typer.Exit(1 if "error" in answer else 0)


@app.command()
def functions(
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the reference page.")] = False,
) -> None:
    """List the cell functions with their help."""
    import udfs
    from salesplan_xl.functions.help import as_markdown, as_text, describe

    if as_json:
        text = json.dumps([describe(one) for one in udfs.FUNCTIONS], ensure_ascii=False, indent=2) + "\n"
    elif markdown:
        text = as_markdown(udfs.FUNCTIONS)
    else:
        text = "\n\n".join(as_text(one) for one in udfs.FUNCTIONS) + "\n"
    sys.stdout.write(text)


@app.command()
def install(
    plan: Annotated[Path | None, typer.Argument(help="A plan with macros, for Excel; none for LibreOffice.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take them out again.")] = False,
    profile: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Another LibreOffice profile than your own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put the cell functions into LibreOffice and try them; with a plan, tell that plan which Python Excel starts."""
    if plan is not None and (remove or profile is not None):
        raise typer.BadParameter("--remove and --profile are for LibreOffice, not for a plan")

    def work(report: Report, progress: Callable[[str], None]) -> None:
        if plan is not None:
            from salesplan_xl.entry.plan_python import point_plan

            point_plan(plan, report, progress)
            return
        from salesplan_xl.entry import install as installing

        (installing.remove if remove else installing.install)(profile, report, progress)

    _tell("install", work, as_json=as_json)


@app.command()
def doctor(
    plan: Annotated[Path | None, typer.Argument(help="A plan to look at too.")] = None,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the report into a file too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the way from the spreadsheet to Python on this computer, and write a report that you can send."""

    def work(report: Report, progress: Callable[[str], None]) -> None:
        from salesplan_xl.entry.doctor import examine

        examine(plan, report_file, report, progress)

    _tell("doctor", work, as_json=as_json)


@template_app.command("build")
def template_build(
    file: Annotated[Path, typer.Argument(help="Where to write it.")] = TEMPLATE,
    as_json: AsJson = False,
) -> None:
    """Build the workbook template from the declaration."""

    def work(report: Report, progress: Callable[[str], None]) -> None:
        from salesplan_xl.entry.plans import write_template

        write_template(file, progress)
        report.files.append(str(file))
        report.lines.append(f"{file} is built.")

    _tell("template build", work, as_json=as_json)


@template_app.command("verify")
def template_verify(
    file: Annotated[Path, typer.Argument(help="The workbook.")] = TEMPLATE,
    as_json: AsJson = False,
) -> None:
    """Check a workbook, its macros and its ribbon by named rules; it runs no compiler and knows no schema."""

    def work(report: Report, _: Callable[[str], None]) -> None:
        from salesplan_xl.entry.verifying import verify_workbook

        verify_workbook(file, report)

    _tell("template verify", work, as_json=as_json)


def _tell(command: str, work: Callable[[Report, Callable[[str], None]], None], *, as_json: bool) -> None:
    """Do the work, then tell what came of it, in words or as JSON, and exit with its code."""
    from salesplan_xl.core.errors import PlanError
    from salesplan_xl.workbook.problems import RefusalError

    report = Report(command)
    try:
        work(report, _progress)
    except RefusalError as refusal:
        report.status, report.problems = "refused", list(refusal.problems)
    except PlanError as error:
        report.status = "refused"
        report.lines.append(str(error))
    except Exception as error:  # noqa: BLE001 - the outermost door: a person sees a sentence, never a traceback
        report.status = "failed"
        report.lines.append(_our_failure(error))
    _print(report, as_json=as_json)
    raise typer.Exit(report.exit_code)


def _progress(text: str) -> None:
    """Say on standard error what is being done."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text} ...")
        sys.stderr.flush()


def _our_failure(error: Exception) -> str:
    """One sentence for the person, and the details in a file for whoever mends it."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", prefix="salesplan-xl-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exception(error, file=log)
    return f"salesplan-xl itself failed; your files are as they were. Please send us {log.name}"


def _print(report: Report, *, as_json: bool) -> None:
    """Write the report: problems and words for people to standard error when standard output is for a program."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
    if as_json:
        sys.stdout.write(report.to_json() + "\n")
        if report.exit_code != DONE:
            sys.stderr.writelines(f"{line}\n" for line in report.lines)
        return
    if report.page:
        sys.stdout.write(report.page)
        return
    for one in report.problems[:SHOWN]:
        sys.stderr.write(f"{one}\n")
    if len(report.problems) > SHOWN:
        sys.stderr.write(f"... and {len(report.problems) - SHOWN} more; --json lists them all\n")
    for line in report.lines:
        (sys.stdout if report.exit_code == DONE else sys.stderr).write(line + "\n")
    if report.status == "refused":
        sys.stderr.write("Nothing was written.\n")


def _add(report: Report, done: tuple[list[Outcome], list[Problem]], plan: Path) -> None:
    """Put what actions did, and what is to be told of the plan itself, into the report."""
    from salesplan_xl.entry.plans import open_elsewhere

    outcomes, of_plan = done
    report.files.append(str(plan))
    report.problems += [*open_elsewhere(plan), *of_plan]
    for outcome in outcomes:
        prefix = f"{outcome.action}." if len(outcomes) > 1 else ""
        report.numbers |= {f"{prefix}{name}": value for name, value in outcome.numbers.items()}
        for table, rows in outcome.tables.items():
            report.tables[table] = report.tables.get(table, 0) + rows
        report.problems += outcome.problems
        told = ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in outcome.numbers.items())
        changed = ", ".join(f"{table} ({rows} rows)" for table, rows in outcome.tables.items()) or "nothing"
        if outcome.preview:
            report.numbers[f"{prefix}preview"] = "yes"
        what = "preview only, " if outcome.preview else ""
        report.lines.append(f"{outcome.action}: {what}changed {changed}. {told}")


def _number(value: object) -> str:
    """A number as a person writes it."""
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _pairs(settings: list[str]) -> dict[str, str]:
    """The settings by name; none may be given twice."""
    pairs = dict(_pair(text) for text in settings)
    if len(pairs) < len(settings):
        raise typer.BadParameter("an option is given more than once", param_hint="--set")
    return pairs


def _pair(text: str) -> tuple[str, str]:
    """The name and value of a setting."""
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
    return name.strip(), value.strip()
