"""Everything that is checked before a change is taken: `nox` for the short list, `nox -l` for all."""

import shutil
import subprocess
from pathlib import Path

import nox

nox.needs_version = ">=2024.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "tests"]

ROOT = Path(__file__).parent
VERSIONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
"""The Python versions that the package says it supports, read from its classifiers."""

PROVIDERS = sorted(path.parent.name for path in ROOT.glob("src/kloudsync/providers/*/__init__.py"))

PINNED = str(ROOT / "tests" / "constraints.txt")
"""One version of everything that checks; CONTRIBUTING says how they are moved on together."""

# What builds and judges a release is exactly this; `nox -s audit` looks at it as well.
BUILDERS = ("build==1.6.1", "twine==7.0.0", "cyclonedx-bom==7.5.0")
AUDITOR = "pip-audit==2.10.1"

SCHEDULER = "simloom==0.5.0"
"""Draws schedules of tasks; for Python 3.12 and newer."""

WITHOUT_EXTRAS = """
from importlib.resources import files
import kloudsync, kloudsync.stores
assert (files("kloudsync") / "skill" / "SKILL.md").is_file()
print(kloudsync.__version__, *(getattr(kloudsync, name) for name in kloudsync.__all__))
"""


@nox.session(python=VERSIONS)
def tests(session: nox.Session) -> None:
    """Run the tests on every supported version."""
    session.install("-c", PINNED, "-e", ".[dev]")
    session.run("pytest", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types with mypy and pyright, the public ones with ty and pyrefly, and that all are told."""
    session.install("-c", PINNED, "-e", ".[dev]")
    session.run("mypy")
    session.run("pyright")
    session.run("pytest", "tests/typing_tests")
    session.run("pyright", "--verifytypes", "kloudsync", "--ignoreexternal")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and that every public name is documented."""
    session.install("-c", PINNED, "-e", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("interrogate", "--quiet", "src")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation of the wheel, and its Markdown twins; a warning is an error.

    The reference describes what is installed, so that what a wheel lacks is missed here.
    """
    built = Path(session.create_tmp()).resolve() / "wheel"
    shutil.rmtree(built, ignore_errors=True)
    session.install(*BUILDERS)
    session.run("python", "-m", "build", "--wheel", "--outdir", str(built))
    (wheel,) = built.glob("*.whl")
    extras = "cli,docs,google-auth,postgres,testing"
    session.install("-c", PINNED, f"kloudsync[{extras}] @ {wheel.as_uri()}")
    session.run("zensical", "build", "--clean", "--strict", *session.posargs)
    session.run("python", "tools/markdown_twins.py", "site")


@nox.session
def examples(session: nox.Session) -> None:
    """Run every example from its beginning to its end, and the recipes with all that they name."""
    session.install("-c", PINNED, "-e", ".[dev]", "pandas>=2")
    session.run("pytest", "tests/docs/test_programs.py")
    for example in sorted((ROOT / "examples").glob("*.py")):
        session.run("python", str(example))


@nox.session
def package(session: nox.Session) -> None:
    """Build the package, and try both archives on every supported version, with nothing else there."""
    built = Path(session.create_tmp()).resolve()
    shutil.rmtree(built / "dist", ignore_errors=True)
    session.install(*BUILDERS)
    session.run("python", "-m", "build", "--outdir", str(built / "dist"))
    archives = sorted(str(path) for path in (built / "dist").iterdir())
    session.run("twine", "check", "--strict", *archives)
    session.run("python", "-m", "venv", "--clear", str(built / "empty"))
    python = str(built / "empty" / "bin" / "python")
    wheel = next(path for path in archives if path.endswith(".whl"))
    session.run(python, "-m", "pip", "install", "--quiet", wheel, external=True)
    with session.chdir(built):
        session.run(python, "-c", WITHOUT_EXTRAS, external=True)
        session.run(python, "-m", "kloudsync.testing", "serve", "--help", external=True)
        for archive in archives:
            _smoke(session, archive, built)
    # What an installation without extras consists of, for whoever has to account for it.
    bill = str(built / "dist" / "kloudsync.cdx.json")
    pyproject = str(ROOT / "pyproject.toml")
    wanted = [
        "--output-reproducible",
        "--mc-type",
        "library",
        "--pyproject",
        pyproject,
        "--output-file",
        bill,
    ]
    session.run("cyclonedx-py", "environment", *wanted, python)


def _runs(interpreter: str) -> bool:
    """Tell whether what lies on the path is more than a version manager's word that it has none."""
    done = subprocess.run([interpreter, "-c", ""], check=False, capture_output=True)  # noqa: S603 - found by its name
    return done.returncode == 0


def _smoke(session: nox.Session, archive: str, built: Path) -> None:
    """Install an archive on every supported version, and do the main job with what is installed."""
    for version in VERSIONS:
        interpreter = shutil.which(f"python{version}")
        if interpreter is None or not _runs(interpreter):
            session.warn(f"python{version} is not at hand; nothing was tried with it")
            continue
        place = built / f"smoke-{version}"
        session.run(interpreter, "-m", "venv", "--clear", str(place), external=True)
        python = str(place / "bin" / "python")
        session.run(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            f"kloudsync[cli] @ file://{archive}",
            external=True,
        )
        session.run(python, "-c", WITHOUT_EXTRAS, external=True)
        session.run(str(place / "bin" / "kloudsync"), "--version", external=True)
        session.run(python, "-m", "kloudsync", "demo", "--events", "50", silent=True, external=True)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure beside the floor and beside peers, which live in an environment of their own.

    `nox -s bench -- tenants` measures what one tenant does to another, and nothing else;
    `nox -s bench -- fleet due`, `fleet idle` and `fleet throughput` what a fleet costs as it grows,
    and `fleet noise` what one account does to the others.
    """
    session.install("-c", PINNED, "-e", ".[dev]")
    if session.posargs[:1] == ["tenants"]:
        session.run("python", "benchmarks/tenants/run.py", *session.posargs[1:])
        return
    if session.posargs[:2] == ["fleet", "noise"]:
        session.run("python", "benchmarks/fleet/noise.py", *session.posargs[2:])
        return
    if session.posargs[:1] == ["fleet"]:
        session.run("python", "benchmarks/fleet/scale.py", *session.posargs[1:])
        return
    session.run("python", "benchmarks/imports/run.py")
    peers = Path(session.create_tmp()).resolve() / "peers"
    session.run("python", "-m", "venv", "--clear", str(peers))
    python = str(peers / "bin" / "python")
    # One of the peers wants an older dateutil than ours may be.
    wanted = ["gcal-sync", "recurring-ical-events", "ical"]
    session.run(python, "-m", "pip", "install", "--quiet", "-e", ".", *wanted, external=True)
    session.run("python", "benchmarks/sync/run.py", "--peer-python", python, *session.posargs)
    session.run("python", "benchmarks/many_calendars/run.py")
    for benchmark in ("benchmarks/agenda/run.py", "benchmarks/recurrence/run.py"):
        session.run("python", benchmark)
        session.run(python, benchmark, external=True)


def _limited(given: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return arguments without how long to go on and where to begin, and these as variables."""
    arguments, env = list(given), dict[str, str]()
    for option, name in (("--for", "KLOUDSYNC_MINUTES"), ("--from", "KLOUDSYNC_FIRST_SEED")):
        if option in arguments:
            at = arguments.index(option)
            env[name] = arguments[at + 1]
            del arguments[at : at + 2]
    return arguments, env


@nox.session
def long(session: nox.Session) -> None:
    """Run the cases and seeds that take too long for every day.

    `nox -s long -- --for 30 tests/simulation -s` ends the histories after half an hour, and
    says how many there were and what they saw; `--from 100000` begins with another seed.
    """
    # The browser is the system's own Chromium; without one its tests are skipped.
    session.install("-c", PINNED, "-e", ".[dev]", "playwright")
    arguments, env = _limited(session.posargs)
    session.run("pytest", "-m", "long", *arguments, env=env)


@nox.session(python="3.13")
def fuzz(session: nox.Session) -> None:
    """Look for inputs that break something, guided by coverage: `nox -s fuzz -- --for 30`.

    Says at its end how many inputs it tried, what the slowest took and how much memory was taken.
    A file that it names is tried again with `nox -s fuzz -- FILE`.
    """
    # No other interpreter that is supported has a wheel of it on every platform.
    session.install("-e", ".[cli,postgres,testing]", "atheris>=3.1,<4", "hypothesis>=6.120")
    session.run("python", "-m", "tests.fuzz.guided", *session.posargs)


@nox.session(python="3.13")
def schedules(session: nox.Session) -> None:
    """Let asynchronous workers live under schedules that are drawn: `nox -s schedules -- --for 30`."""
    session.install("-e", ".[postgres,testing]", "hypothesis>=6.120", SCHEDULER)
    arguments, env = _limited(session.posargs)
    session.run("pytest", "-s", "tests/schedules", *arguments, env=env)


@nox.session(python="3.12")
def foreign(session: nox.Session) -> None:
    """Divide series at a Google Calendar server of another maker, and see that each is told."""
    session.install("-e", ".", "hypothesis", "pytest")
    # Most of what the server would bring along is for services that nobody asks here.
    session.install("--no-deps", "minutehand==0.3.9")
    session.install(
        "protobuf>=5", "pydantic>=2.9", "pyyaml>=6", "starlette>=0.40", "zstandard>=0.23"
    )
    session.run("pytest", "-W", "default", "tests/foreign", *session.posargs)


@nox.session
def foreign_clients(session: nox.Session) -> None:
    """Let clients that are not ours judge the fakes: Python's, Kloudless's, npm's where node is."""
    session.install("-c", PINNED, "-e", ".[dev]")
    judges = [
        "tests/testing/google/test_foreign_clients.py",
        "tests/testing/kloudless/test_sdk_client.py",
    ]
    # The vendor's client is of 2019 and configures logging where it is imported.
    sdk = Path(session.create_tmp()).resolve() / "kloudless"
    session.run("python", "-m", "venv", "--clear", str(sdk))
    python = str(sdk / "bin" / "python")
    session.run(python, "-m", "pip", "install", "--quiet", "kloudless==2.0.1", external=True)
    env = {"KLOUDSYNC_KLOUDLESS_PYTHON": python}
    if shutil.which("npm") and shutil.which("node"):
        modules = Path(session.create_tmp()).resolve() / "npm"
        # The last major version whose calls run on the node that most machines have.
        flags = ["--no-audit", "--no-fund", "--prefix", str(modules)]
        session.run("npm", "install", *flags, "@googleapis/calendar@20", external=True)
        judges.append("tests/testing/google/test_npm_client.py")
        env["KLOUDSYNC_NODE_MODULES"] = str(modules / "node_modules")
    else:
        session.warn("npm's client is left out: this machine has no npm, or no node")
    session.run("pytest", *judges, *session.posargs, env=env)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def without(session: nox.Session, provider: str) -> None:
    """Take a provider out of a copy, with its fake and what names it: all else stays green."""
    session.install("-c", PINNED, "-e", ".[dev]")
    session.run("python", "-m", "tests.without", provider, *session.posargs)


@nox.session
def graph_clients(session: nox.Session) -> None:
    """Let Microsoft's own client and O365 judge the fake of Graph, and compare its metadata."""
    # One of them is 133 MB of classes, which nobody wants among what everyday tests need.
    session.install("-e", ".", "hypothesis", "pytest")
    # `deprecated` is what one of its parts uses without saying so.
    session.install("msgraph-sdk==1.65.0", "O365==2.1.10", "deprecated>=1.2")
    judges = (
        "tests/testing/microsoft/test_graph_clients.py",
        "tests/testing/microsoft/test_metadata.py",
    )
    # Both warn about themselves.
    session.run("pytest", "-W", "ignore", *judges, *session.posargs)


@nox.session
def httpx2(session: nox.Session) -> None:
    """Pass in clients of httpx2 wherever the tests of calls, providers and fakes pass in some of httpx."""
    session.install("-c", PINNED, "-e", ".[dev]")
    suites = session.posargs or ["tests/http", "tests/providers", "tests/testing"]
    session.run("pytest", "-p", "tests.under_httpx2", *suites)


@nox.session(python="3.13")
def mutants(session: nox.Session) -> None:
    """Plant each named bug in a copy of the package and see that the suite notices."""
    # One of them shows under schedules alone.
    session.install("-c", PINNED, "-e", ".[dev]", SCHEDULER)
    session.run("python", "-m", "tests.mutants", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the package everywhere, a little at a time, and say which share the tests notice.

    All mutants take hours. `nox -s mutation -- --sample 400 --seed 1` tries so many of each
    package, and `nox -s mutation -- "kloudsync.sync.*"` those of one; `mutmut results` lists what
    survived, and `mutmut show` the change.
    """
    session.install("-c", PINNED, "-e", ".[dev]", "mutmut>=3.8,<4")
    session.run("python", "-m", "tests.mutants.score", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities among the dependencies, and the tools that check and build."""
    session.install("-c", PINNED, "-e", ".[dev]", *BUILDERS, AUDITOR)
    session.run("pip-audit", "--skip-editable")


@nox.session
def fleet(session: nox.Session) -> None:
    """Follow 2,000 calendars with workers that are killed, on a database that goes away.

    Takes some ten minutes. `nox -s fleet -- --calendars 100 --accounts 20 --minutes 1` is enough for a look,
    and `nox -s fleet -- --store sqlite --workers 1 --kill-every 0` is one process on a file.
    """
    session.install("-c", PINNED, "-e", ".[dev]")
    session.run("python", "benchmarks/fleet/run.py", *session.posargs)
