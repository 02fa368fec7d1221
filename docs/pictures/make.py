"""Makes the pictures of this folder: a fictional council's digests in Slack, mail and a terminal.

Run from the project's root, with Chromium installed and pngquant too for small files:
`python docs/pictures/make.py` makes all of them, `python docs/pictures/make.py mail-phone terminal` those two.
What they show was rendered by the code that sends digests.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette

from bot.web.preview import OutboxEntry, preview_routes
from digests.digest import Digest
from digests.email import mail_bytes, render_mail
from digests.slack import render_slack
from digests.terminal import render_terminal

sys.path.insert(0, str(Path.cwd()))  # the samples are the tests' own

from tests.sample_digests import DUE, fostering_digest, whole_manual_digest

FOLDER = Path(__file__).parent
STATIC = Path("bot/web/static")
ADDRESS = "fostering.duty@westmere.example"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --disable-lcd-text --allow-file-access-from-files"
).split()
DARK = "--blink-settings=preferredColorScheme=0"
MEASURE = "<script>document.title = 'height ' + document.documentElement.offsetHeight</script>"
TALLEST = 1_700  # CSS pixels; longer pages are cut


@dataclass(frozen=True)
class Picture:
    """A page to be photographed: its HTML, its width in CSS pixels, and what else Chromium is told."""

    name: str
    html: str
    width: int
    flags: tuple[str, ...] = ()


def pictures() -> Iterator[Picture]:
    fostering, everything = fostering_digest(), whole_manual_digest()
    to_address = fostering_digest(subscriber="this address")
    entries = [slack_entry("1", "#fostering-team", fostering), mail_entry("2", to_address)]
    mail = page("/preview/2/mail.html", entries)
    yield Picture("slack", slack_only(page("/preview/1", entries)), 760)
    yield Picture("slack-phone-dark", slack_only(page("/preview/1", entries)), 390, (DARK,))
    yield Picture("slack-long", slack_only(page("/preview/3", [slack_entry("3", "#all", everything)])), 760)
    yield Picture("mail", mail, 800)
    yield Picture("mail-phone", mail, 390)
    yield Picture("mail-phone-dark", mail, 390, (DARK,))
    yield Picture("mail-text", text_only(page("/preview/2", entries)), 760)
    yield Picture("preview", page("/preview", entries), 1000)
    yield Picture("preview-phone", page("/preview", entries), 390)
    yield Picture("terminal", terminal(fostering), 860)


def slack_entry(number: str, channel: str, digest: Digest) -> OutboxEntry:
    return OutboxEntry(
        id=number,
        created_at=DUE,
        channel="slack",
        destination=channel,
        summary=digest.heading,
        state="not sent",
        messages=tuple(message.to_json() for message in render_slack(digest)),
    )


def mail_entry(number: str, digest: Digest) -> OutboxEntry:
    mail = render_mail(
        digest,
        sender="Chapterwatch <procedures@westmere.example>",
        to=ADDRESS,
        message_id=f"<{number}@chapterwatch.westmere.example>",
        date=DUE,
        list_id="chapterwatch.westmere.example",
    )
    return OutboxEntry(
        id=number,
        created_at=DUE,
        channel="email",
        destination=ADDRESS,
        summary=digest.heading,
        state="not sent",
        mail=mail_bytes(mail),
    )


def page(path: str, entries: Sequence[OutboxEntry]) -> str:
    """A page of the preview as the browser gets it; a mail's frame is filled in, since no server is running."""

    async def read() -> Sequence[OutboxEntry]:
        return entries

    async def get(path: str) -> str:
        transport = httpx.ASGITransport(Starlette(routes=preview_routes(read)))
        async with httpx.AsyncClient(transport=transport, base_url="http://pages.test") as client:
            return (await client.get(path)).text

    def frame(match: re.Match[str]) -> str:
        html = asyncio.run(get(match[1])).replace("&", "&amp;").replace('"', "&quot;")
        return f'<iframe class="mail" srcdoc="{html}"'

    html = asyncio.run(get(path)).replace('"/static/', '"static/')
    return re.sub(r'<iframe class="mail" src="([^"]+)"', frame, html)


def slack_only(html: str) -> str:
    """The laid-out message alone, of a page that shows one."""
    message = LexborHTMLParser(html).css_first(".slack")
    assert message is not None
    return bare(message.html or "", "margin: 0; padding: 12px; background: var(--page)")


def text_only(html: str) -> str:
    text = LexborHTMLParser(html).css_first("pre.text")
    assert text is not None
    return bare(text.html or "", "margin: 0")


def bare(html: str, style: str) -> str:
    styles = "".join(f'<link rel="stylesheet" href="static/{name}.css">' for name in ("pages", "slack"))
    return f'<!doctype html><meta charset="utf-8">{styles}<style>body {{ {style} }}</style><body>{html}'


def terminal(digest: Digest) -> str:
    console = Console(record=True, width=80, file=StringIO(), force_terminal=True)
    console.print(render_terminal(digest))
    svg = console.export_svg(title="chapterwatch run")
    return bare(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), "margin: 0")


def photograph(picture: Picture, folder: Path) -> Path:
    """Write the page down, ask Chromium how high it is, and take its picture at that height."""
    source, target = folder / "page.html", FOLDER / f"{picture.name}.png"
    source.write_text(picture.html + MEASURE, "utf-8")
    told = chromium("--dump-dom", f"--window-size={picture.width},600", *picture.flags, source.as_uri())
    height = re.search(r"<title>height (\d+)", told)
    assert height, "Chromium did not say how high the page is"
    size = f"--window-size={picture.width},{min(int(height[1]), TALLEST)}"
    chromium(f"--screenshot={target}", size, *picture.flags, source.as_uri())
    if squeezer := shutil.which("pngquant"):  # fewer bytes for the same picture, where it is installed
        subprocess.run([squeezer, "--force", "--strip", "--ext=.png", "64", target], check=True)
    return target


def chromium(*arguments: str) -> str:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        sys.exit(f"No Chromium here: looked for {', '.join(CHROMIUM)}")
    with TemporaryDirectory() as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def main(wanted: Sequence[str]) -> None:
    with TemporaryDirectory() as folder:
        shutil.copytree(STATIC, Path(folder) / "static")
        for picture in pictures():
            if not wanted or picture.name in wanted:
                target = photograph(picture, Path(folder))
                sys.stdout.write(f"{target}: {target.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
