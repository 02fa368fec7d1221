"""The names of buttons, menus and forms. They stand in Slack as long as its messages do: never rename one."""

from __future__ import annotations

READ = "read"
"""A button that opens an address; Slack reports the click, nothing is to be done."""

SHOW_CHAPTER = "show_chapter"
SHOW_HISTORY = "show_history"
HISTORY_PAGE = "history_page"
SHARE = "share"
NONE_OF_THESE = "none_of_these"
NEW_PAGE = "new_page"

OPEN_SUBSCRIBE = "open_subscribe"
SUBSCRIBE_TO = "subscribe_to"
END = "end"
PAUSE = "pause"
RESUME = "resume"
CHANGE = "change"
LIST_PAGE = "list_page"
OPEN_LOOK_UP = "open_look_up"
OPEN_SETTINGS = "open_settings"

HOME_PREFIX = "home_"

# Forms
SUBSCRIBE_FORM = "subscribe_form"
LOOK_UP_FORM = "look_up_form"
CHANGE_FORM = "change_form"
SETTINGS_FORM = "settings_form"
NOT_FOR_US_FORM = "not_for_us_form"
FEEDBACK_FORM = "feedback_form"

# Menus that ask for their options while somebody types
CHAPTERS = "chapters"
FOLLOWS = "follows"

# The message shortcut
WHAT_DO_THEY_SAY = "what_do_they_say"
