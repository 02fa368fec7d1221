"""The command line as a shell sees it: what stands on stdout, what on stderr, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.test_read import CONTROLS

CHAPTERWATCH = Path(sys.executable).parent / "chapterwatch"

LIST = """<html><body><h1>Amendments</h1><h2>October 2026</h2><table>
<tr><td colspan="2"><b>Updated Chapters</b></td></tr><tr><td>Chapter Name</td><td>Details</td></tr>
<tr><td><a href="a.html">Private Fostering</a></td><td>Section 4.2, Visits has been updated.</td></tr>
{more}</table><p>Next Update: April 2027</p></body></html>"""

MORE = """<tr><td><a href="b.html">Staying Put</a></td>
<td>This chapter has been rewritten and should be re-read throughout.</td></tr>"""

CONTENTS = """Contents

1. All Children

1.1 Contacts and Referrals
1.2 Private Fostering Updated
1.3 Chronologies
1.4 Staying Put
"""


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Shell:
    """A shell in a folder of its own, with none of this machine's settings."""

    folder: Path

    def run(self, *words: str, given: str = "", **settings: str) -> Answer:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAPTERWATCH_")}
        ended = subprocess.run(
            [CHAPTERWATCH, *words],
            cwd=self.folder,
            env={**plain, "COLUMNS": "200", **settings},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(ended.returncode, ended.stdout, ended.stderr)

    def file(self, name: str, text: str | bytes) -> str:
        (self.folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return name


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_reading_several_files_prints_a_document_a_line_and_goes_on_after_a_bad_one(shell: Shell) -> None:
    answer = shell.run(
        "read",
        shell.file("list.html", LIST.format(more=MORE)),
        shell.file("photo.html", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        "nowhere.html",
        shell.file("contents.txt", CONTENTS),
        "--json",
    )
    assert answer.code == 2
    listed, photo, nowhere, contents = answer.documents
    assert [entry["title"] for entry in listed["entries"]] == ["Private Fostering", "Staying Put"]
    assert listed["entries"][0]["sections"] == ["4.2"]
    assert [entry["reread"] for entry in listed["entries"]] == [False, True]
    assert listed["next_update"] == "2027-04"
    assert [document["path"] for document in (listed, photo, nowhere, contents)] == [
        "list.html",
        "photo.html",
        "nowhere.html",
        "contents.txt",
    ]
    assert photo["kind"] == nowhere["kind"] == "unreadable"
    assert nowhere["reason"].startswith("there is no such file")
    assert len(contents["chapters"]) == 4
    assert "nowhere.html: there is no such file" in answer.err


def test_comparing_says_what_is_new_and_what_can_not_be_understood(shell: Shell) -> None:
    before = shell.file("before.html", LIST.format(more=""))
    after = shell.file("after.html", LIST.format(more=MORE))
    (comparison,) = shell.run("compare", before, after, "--json").documents
    assert comparison["understood"]
    assert [entry["title"] for entry in comparison["new"]] == ["Staying Put"]
    assert comparison["revised"] == comparison["removed"] == []

    login = shell.file("login.html", "<h1>Sign in</h1><form><input type=password></form>")
    (comparison,) = shell.run("compare", before, login, "--json").documents
    assert comparison["understood"] is False
    assert comparison["new"] == []


def test_matching_a_page_and_json_lines(shell: Shell) -> None:
    answer = shell.run("match", shell.file("list.html", LIST.format(more=MORE)), "--json")
    assert [entry["topics"][:1] for entry in answer.documents] == [["fostering"], ["fostering"]]
    line = json.dumps(
        {"title": "Contacts and Referrals", "details": "Section 2 has been updated.", "kind": "updated"}
    )
    (entry,) = shell.run("match", "-", given=line + "\n").documents
    assert "mash" in entry["topics"]
    bad = shell.run("match", "-", given="{not json\n")
    assert (bad.code, bad.out) == (2, "")
    assert "line 1: not JSON" in bad.err


def test_looking_up_one_question_and_many(shell: Shell) -> None:
    contents = shell.file("contents.txt", CONTENTS)
    (found,) = shell.run("lookup", "--contents", contents, "chronolgy", "--json").documents
    assert found["answers"][0]["title"] == "Chronologies"
    first, nothing = shell.run(
        "lookup", "--contents", contents, "--batch", given="1.2\nbin collection\n"
    ).documents
    assert (first["answers"][0]["number"], first["confident"]) == ("1.2", True)
    assert (nothing["answers"], nothing["confident"]) == ([], False)


def test_subscriptions_are_made_listed_exported_imported_and_ended(shell: Shell) -> None:
    made = shell.run("subscribe", "fostering", "--to", "slack:C0123456", "--name", "#fostering", "--hour", "8")
    assert made.code == 0, made.err
    assert "#fostering follows topic:fostering in every manual, weekly." in made.out
    shell.run("subscribe", "everything", "--to", "email:Team@Westmere.example", "--except", "fostering", "--json")
    exported = shell.run("subscriptions", "--csv").out
    assert len(exported.splitlines()) == 3

    elsewhere = Shell(shell.folder / "elsewhere")
    elsewhere.folder.mkdir()
    imported = elsewhere.run("subscribe", "--csv", elsewhere.file("people.csv", exported))
    assert imported.code == 0, imported.err
    assert elsewhere.run("subscriptions", "--csv").out == exported

    first, second = shell.run("subscriptions", "--json").documents
    assert (first["to"], second["to"]) == ("slack:C0123456", "email:team@westmere.example")
    assert second["except"] == ["topic:fostering"]
    assert shell.run("unsubscribe", str(first["id"])).code == 0
    assert len(shell.run("subscriptions", "--json").documents) == 1
    assert shell.run("unsubscribe", str(first["id"])).code == 2


def test_a_second_subscription_to_the_same_is_made_and_the_first_is_said(shell: Shell) -> None:
    (first,) = shell.run(
        "subscribe", "mash", "--to", "email:a@westmere.example", "--hour", "8", "--json"
    ).documents
    second = shell.run("subscribe", "mash", "--to", "email:a@westmere.example", "--frequency", "daily")
    other = shell.run("subscribe", "mash", "--to", "email:b@westmere.example")

    assert (first["hour"], first["weekday"], first["day"]) == (8, "monday", 1)
    said = " ".join(second.err.split())
    assert f"weekly. That was asked for before and still runs; `chapterwatch unsubscribe {first['id']}`" in said
    assert "still runs" not in other.err


def test_a_csv_with_bad_rows_changes_nothing_and_names_each(shell: Shell) -> None:
    rows = "to,follows,frequency\nslack:C0123456,fostering,weekly\nslack:nonsense,fostering,weekly\n"
    bad = shell.run("subscribe", "--csv", shell.file("people.csv", rows + "email:a@b.example,fosterin,hourly\n"))
    assert bad.code == 2
    assert "row 3: to: 'slack:nonsense' is no Slack id" in bad.err
    assert "row 4:" in bad.err
    assert shell.run("subscriptions", "--csv").out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("subscribe", "fosterin", "--to", "slack:C0123456"), "Fostering"),
        (("subscribe", "fostering", "--to", "email:not-an-address"), "is no mail address"),
        (("subscribe", "fostering", "--to", "slack:C0123456", "--manual", "luton"), "there is no manual 'luton'"),
        (("subscribe", "fostering", "--to", "slack:C0123456", "--weekday", "someday"), "monday"),
        (("subscribe", "fostering"), "say what and who"),
        (("subscribe", "mash", "--to", "slack:C0123456", "--except", "mash"), "leave out all that is followed"),
        (("read", "list.html", "--kind", "poem"), "write one of amendments"),
        (("lookup",), "say what to look up"),
        (("resend",), "say which"),
        (("reach", "77"), "there is no amendment number 77"),
        (("amendments", "--manual", "nope"), "there is no manual 'nope'; known: none yet"),
        (("deliveries", "--amendment", "77"), "there is no amendment number 77"),
        (("deliveries", "--limit", "0"), "--limit"),
        (("resend", "77", "--dry-run"), "there is no delivery number 77; `chapterwatch deliveries` lists them"),
        (("resend", "--amendment", "77", "--dry-run"), "there is no amendment number 77"),
        (("subscribe", "xyzzy", "--to", "slack:C0123456"), "fostering, "),
        (("manuals", "add", "http://127.0.0.1:9/", "--id", "Bad Id!"), "--id: 'Bad Id!'; write small letters"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(shell: Shell, words: tuple[str, ...], told: str) -> None:
    answer = shell.run(*words)
    assert answer.code == 2
    assert told in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"CHAPTERWATCH_DATABASE_URL": "mysql://me:secret@host/name"}, "use sqlite:///"),
        ({"CHAPTERWATCH_SMTP_PORT": "smtp"}, "CHAPTERWATCH_SMTP_PORT"),
        (
            {"CHAPTERWATCH_MANUALS_FILE": "none.toml"},
            "none.toml: there is no such file; `chapterwatch manuals add URL` makes it",
        ),
        ({"CHAPTERWATCH_TOPICS_FILE": "none.toml"}, "none.toml: there is no such file"),
    ],
)
def test_a_bad_setting_is_named_by_every_command(shell: Shell, settings: dict[str, str], told: str) -> None:
    answer = shell.run("subscribe", "fostering", "--to", "slack:C0123456", **settings)
    assert answer.code == 2
    assert told in answer.err
    assert "secret" not in answer.err
    assert "Traceback" not in answer.err


def test_what_changes_something_answers_in_json(shell: Shell) -> None:
    (made,) = shell.run("subscribe", "mash", "--to", "email:a@westmere.example", "--json").documents
    assert shell.run("visit", "--json").documents == [{"asked": []}]
    (ended,) = shell.run("unsubscribe", str(made["id"]), "--reason", "left", "--json").documents
    assert ended == {"ended": made["id"], "reason": "left"}
    assert shell.run("erase", "a@westmere.example", "--json", given="y\n").documents == [{"erased": True}]


def test_migrating_status_and_doctor_work_on_an_empty_folder(shell: Shell) -> None:
    assert shell.run("migrate", "--json").documents[0]["before"] is None
    (status,) = shell.run("status", "--json").documents
    assert status["subscriptions"] == 0
    checks = shell.run("doctor", "--json")
    assert checks.code == 0
    assert {"good", "note"} == {check["state"] for check in checks.documents}


def test_doctor_tells_of_signing_and_of_who_is_not_written_to(shell: Shell) -> None:
    shell.run("subscribe", "mash", "--to", "email:a@westmere.example")
    shell.run("subscribe", "mash", "--to", "slack:C0123456")
    settings = {
        "CHAPTERWATCH_SMTP_HOST": "127.0.0.1",
        "CHAPTERWATCH_SMTP_PORT": "9",
        "CHAPTERWATCH_MAIL_FROM": "c@westmere.example",
        "CHAPTERWATCH_ALLOWED_RECIPIENTS": "b@westmere.example",
        "CHAPTERWATCH_DKIM_KEY_FILE": "none.pem",
        "CHAPTERWATCH_DKIM_SELECTOR": "s",
    }
    told = shell.run("doctor", **settings).out
    assert "none.pem: there is no such file" in told
    assert "nobody can subscribe by themselves" in told
    assert "email:a@westmere.example can't be written to: not among CHAPTERWATCH_ALLOWED_RECIPIENTS" in told
    no_slack = "slack:C0123456 can't be written to: CHAPTERWATCH_SLACK_BOT_TOKEN is not set"
    assert no_slack in told
    assert no_slack in shell.run("subscribe", "fostering", "--to", "slack:C0123456", **settings).err


def test_a_page_can_not_talk_to_the_terminal(shell: Shell) -> None:
    controls = "".join(CONTROLS)
    page = shell.file("list.html", LIST.format(more=MORE.replace("Staying Put", f"Staying {controls}Put")))
    contents = shell.file("contents.txt", CONTENTS.replace("Private Fostering", f"Private {controls}Fostering"))
    for command in (("read", page), ("lookup", "--contents", contents, "private fostering")):
        answer = shell.run(*command)
        assert "ostering" in answer.out
        assert [each for each in answer.out + answer.err if not each.isprintable() and each != "\n"] == [], command
