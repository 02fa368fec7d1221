"""Makes the pictures of the Slack app: a local workspace in Chromium, where the app answers the sample's staff.

Run from the project's root, with Chromium installed and `make local-slack` done:
`python docs/pictures/slack_app.py`. The app said everything on them; the window is the local workspace's own. It
shows neither what a menu is set to nor menus that fill while one types: those are put in here, as in Slack.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

sys.path.insert(0, str(Path.cwd()))  # the workspace is the tests' own

from database.connection import open_database
from database.migrate import migrate
from tests.features.slack_office import AMINA, FOSTERING, Office, office
from tests.servers.local_slack_ui import Window, button_in, window

FOLDER = Path(__file__).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --remote-allow-origins=*".split()

AS_SET = """(blocks => {
  const fields = [...document.querySelectorAll('.modal *')];
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const says = each => each.childElementCount === 0 && each.textContent.trim();
    const label = fields.find(each => says(each) === block.label.text);
    const field = label && label.parentElement;
    if (!field) continue;
    const element = block.element, set = element.initial_option && element.initial_option.text.text;
    if (element.type === 'static_select' && set) {
      const menu = field.querySelector('select');
      menu.value = [...menu.options].find(each => each.textContent === set).value;
    } else if (element.type === 'radio_buttons' && set) {
      const button = [...field.querySelectorAll('label')].find(each => each.textContent.trim() === set);
      if (button) button.querySelector('input').checked = true;
    } else if (element.type === 'external_select') {
      const missing = [...field.querySelectorAll('*')].find(each => each.textContent === '[external_select]');
      const menu = document.createElement('select');
      menu.innerHTML = '<option></option>';
      menu.options[0].textContent = element.placeholder.text;
      menu.style.cssText = 'width:100%;padding:8px;font:inherit;border:1px solid #bbb;color:#666';
      if (missing) missing.replaceWith(menu);
    }
  }
})"""
"""Sets the fields of the modal on top to what its blocks say."""

TOP_MODAL = "document.querySelector('.modal')"
HOME = "document.querySelector('.home-inner')"


class Browser:
    """A page in Chromium, spoken to over its debugging socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        async for message in self._socket:
            said = message.json()
            if said.get("id") == self._number:
                return dict(said.get("result", {}))
        raise RuntimeError("Chromium has gone")

    async def run(self, script: str) -> Any:
        found = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return found.get("result", {}).get("value")

    async def picture(self, name: str, of: str) -> None:
        """Photograph what the script names."""
        await asyncio.sleep(0.4)
        rectangle = f"{of}.getBoundingClientRect()"
        box = await self.run(f"(() => {{ const r = {rectangle}; return [r.x, r.y, r.width, r.height] }})()")
        x, y, width, height = box
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1.5}
        shot = await self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        target = FOLDER / f"{name}.png"
        target.write_bytes(base64.b64decode(shot["data"]))
        if squeezer := shutil.which("pngquant"):  # fewer bytes for the same picture, where it is installed
            squeezed = await asyncio.create_subprocess_exec(
                squeezer, "--force", "--strip", "--ext=.png", "64", str(target)
            )
            await squeezed.wait()
        sys.stdout.write(f"{target}: {target.stat().st_size // 1024} kB\n")


@asynccontextmanager
async def browser(address: str) -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        sys.exit(f"No Chromium here: looked for {', '.join(CHROMIUM)}")
    with TemporaryDirectory() as profile:
        size = ("--window-size=1100,2600", "--remote-debugging-port=0", f"--user-data-dir={profile}")
        process = await asyncio.create_subprocess_exec(
            program, *FLAGS, *size, address, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            port_file = Path(profile) / "DevToolsActivePort"
            while not port_file.exists():  # noqa: ASYNC110 - a file tells which port it is
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
            port = port_file.read_text("utf-8").split()[0]
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                    (page, *_) = [each for each in await answer.json() if each["type"] == "page"]
                async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    yield Browser(socket)
        finally:
            process.terminate()
            await process.wait()


def said(message: dict[str, Any]) -> str:
    """A message in the window, as a script."""
    return f"""document.querySelector('.msg[data-ts="{message["ts"]}"]')"""


async def opens(page: Browser, name: str) -> None:
    """Click a channel or the app in the window's side bar."""
    items = "[...document.querySelectorAll('.sidebar-item')]"
    await page.run(f"{items}.find(item => item.textContent.includes('{name}')).click()")
    await asyncio.sleep(0.8)


async def picture_of_form(page: Browser, screen: Window, name: str) -> None:
    await asyncio.sleep(0.6)
    (*_, modal) = [said["stack"][-1] for said in screen.seen if said["t"] == "view" and said["stack"]]
    await page.run(f"{AS_SET}({json.dumps(modal['blocks'])})")
    await page.picture(name, TOP_MODAL)


async def take_pictures(at_work: Office, page: Browser, screen: Window) -> None:
    await asyncio.sleep(1)
    await opens(page, "fostering")

    async def answered(name: str, text: str) -> dict[str, Any]:
        message = await at_work.types(text)
        await page.picture(name, said(message))
        return message

    await answered("slack-card", "looked after reviews")
    await answered("slack-choice", "fostering")
    await answered("slack-said-back", "subscribe fostering weekly except staying put")
    await answered("slack-did-you-mean", "subscribe fostring")
    await answered("slack-which-chapter", "subscribe chapter:private fosterin")
    await answered("slack-new", "new")
    await answered("slack-history", "history looked after reviews")
    await answered("slack-help", "help")
    await at_work.types("subscribe leaving care as it happens")
    listed = await answered("slack-list", "list")

    async def form(name: str, text: str) -> None:
        command = {"user": AMINA, "channel": FOSTERING, "command": "/procedure"}
        await at_work.slack.control("command", text=text, **command)
        await picture_of_form(page, screen, name)

    await form("slack-look-up-form", "")
    await form("slack-settings-form", "settings")
    for name, action in {"slack-subscribe-form": "open_subscribe", "slack-change-form": "change"}.items():
        press = button_in(listed, action)
        await at_work.slack.control(
            "interact", channel=FOSTERING, messageTs=listed["ts"], user=AMINA, action=press
        )
        await picture_of_form(page, screen, name)
        await page.run("document.querySelector('.modal-x').click()")
    await take_pictures_of_an_update(at_work, page)


async def take_pictures_of_an_update(at_work: Office, page: Browser) -> None:
    """The Home tab before and after an update, its digest, and what a reader does about it."""
    await opens(page, "Chapterwatch")
    await at_work.types("subscribe everything as it happens", channel="C01ALL")
    at_work.now += timedelta(days=2)
    at_work.site.publish_update()
    await at_work.reads_the_manual()
    await at_work.sends()
    await opens(page, "leaving-care")
    await opens(page, "Chapterwatch")
    await asyncio.sleep(1)
    await page.picture("slack-home", HOME)
    await opens(page, "procedures")
    posts = [each for each in await at_work.slack.messages("C01ALL") if "to re-read" in each["text"]]
    post = posts[0]
    await page.picture("slack-digest", said(post))
    menu = next(block["accessory"] for block in post["blocks"] if "accessory" in block)
    option = next(each for each in menu["options"] if each["value"].startswith("not_for_us"))
    action = {"type": "overflow", "action_id": menu["action_id"], "block_id": "b", "selected_option": option}
    await at_work.slack.control("interact", channel="C01ALL", messageTs=post["ts"], user=AMINA, action=action)
    await asyncio.sleep(0.8)
    await page.picture("slack-not-for-us", TOP_MODAL)


async def main() -> None:
    with TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/pictures.db")
        await migrate(database)
        async with office(database, operators="slack:C01OPS") as at_work, browser(at_work.slack.address) as page:
            async with window(at_work.slack) as screen:
                await take_pictures(at_work, page, screen)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
