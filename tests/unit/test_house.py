"""The house's own promises: who imports whom, what stands where, and that nothing names a place outside."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from digests import worker
from digests.outlets import SLACK_IN_FLIGHT, mails_in_flight

# Each package may import itself and those after it.
ORDER = ("bot", "digests", "subscriptions", "manual", "database", "config")

LONGEST_HEADING = 16
"""Words of a line of contents that has no number."""

FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc"}

# Libraries that only some rooms may know.
ONLY_IN = {
    # the type of a connection may travel through everything that takes part in a transaction
    "sqlalchemy": (
        "database/",
        "manual/store",
        "subscriptions/store",
        "digests/store",
        "bot/slack/store",
        "bot/slack/installs",
        "bot/web/store",
    ),
    "slack_bolt": ("bot/slack/",),
    "slack_sdk": ("bot/slack/", "digests/slack_sender"),
    "aiosmtplib": ("digests/smtp_sender",),
    "httpx": ("manual/fetch",),
    "feedparser": ("manual/feeds",),
}


def modules() -> list[Path]:
    return sorted(path for package in ORDER for path in Path(package).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("package", ORDER)
def test_imports_point_one_way(package: str) -> None:
    above = set(ORDER[: ORDER.index(package)])
    for path in Path(package).rglob("*.py"):
        for name in imports_of(path):
            assert name.partition(".")[0] not in above, f"{path} imports {name}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_only_where_it_belongs(library: str) -> None:
    for path in modules():
        known = imports_of(path) - {"sqlalchemy.ext.asyncio"}
        if any(name.partition(".")[0] == library for name in known):
            assert str(path).startswith(ONLY_IN[library]), f"{path} imports {library}"


def test_every_module_opens_with_a_sentence_and_has_a_name_that_says_something() -> None:
    for path in modules():
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path} has no docstring"
        assert path.stem not in FORBIDDEN_NAMES, path


def test_pure_modules_read_no_clock() -> None:
    """`now` arrives as an argument; only entry points and the delivering loops ask what time it is."""
    asks = re.compile(r"datetime\.now\(|time\.time\(|date\.today\(")
    may_ask = {"bot/assembly.py", "manual/fetch.py", "digests/deliver.py", "digests/worker.py"}
    for path in modules():
        if str(path) not in may_ask and not str(path).startswith(("bot/web", "bot/slack", "bot/mail")):
            assert not asks.search(path.read_text("utf-8")), path


def test_procfile_names_commands_that_exist() -> None:
    for line in Path("Procfile").read_text("utf-8").splitlines():
        command = line.split()[-1]
        answered = subprocess.run(
            [Path(sys.executable).parent / "chapterwatch", command, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert answered.returncode == 0, f"{line}: {answered.stderr}"


def test_locks_hold_no_address_and_nothing_names_an_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in Path(name).read_text("utf-8")
    for name in (
        "requirements.lock",
        "requirements-dev.lock",
        "pyproject.toml",
        "Makefile",
        "Dockerfile",
        ".ci/run",
    ):
        assert "--index" not in Path(name).read_text("utf-8"), name


def test_nothing_names_a_path_of_the_machine_that_it_is_written_on() -> None:
    """The project speaks only of itself."""
    own = [f"{each}/" for each in (Path.cwd(), Path.home()) if each != Path("/")]
    for path in _committed():
        text = path.read_text("utf-8", errors="ignore")
        assert not [each for each in own if each in text], path


def test_made_up_contents_hold_titles_and_no_publishers_sentences() -> None:
    numbered = re.compile(r"\s*(?:\d|See also)")
    for path in _committed():
        if path.name.endswith("-contents.txt"):
            for line in path.read_text("utf-8").splitlines():
                assert numbered.match(line) or len(line.split()) < LONGEST_HEADING, f"{path}: {line}"


def _committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    paths = [Path(name) for name in filter(None, listed)]
    texts = {".py", ".md", ".toml", ".lock", ".yaml", ".json", ".tsv", ".txt", ".html", ""}
    return [path for path in paths if path.is_file() and path.suffix in texts]


def test_the_window_that_the_decision_states_is_the_one_that_is_kept() -> None:
    urgent = worker._URGENT_WIDTH
    mails = mails_in_flight(Settings(_env_file=None).smtp_connections) + urgent
    stated = Path("docs/adr/0006-sent-means-accepted.md").read_text("utf-8")
    assert f"({mails} with the default" in stated
    assert SLACK_IN_FLIGHT + urgent == 6
    assert "for Slack six posts" in stated
