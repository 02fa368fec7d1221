"""Slack's markup laid out as HTML, safely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from bot.web.slack_layout import mrkdwn_html, text_html


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("plain & simple", "plain &amp; simple"),
        ("*bold* _italic_ ~gone~", "<b>bold</b> <i>italic</i> <s>gone</s>"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("*<https://w.example/?a=1&amp;b=2|Title>*", '<b><a href="https://w.example/?a=1&amp;b=2">Title</a></b>'),
        ("<https://w.example>", '<a href="https://w.example">https://w.example</a>'),
        ("&lt;not a link&gt; &amp;amp;", "&lt;not a link&gt; &amp;amp;"),
        ("`*code*` &amp; more", "<code>*code*</code> &amp; more"),
        ("```\na\n<b\n```", "<pre>a\n&lt;b</pre>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; quoted\n&gt; twice\nnot", "<blockquote>quoted<br>twice</blockquote>not"),
        (
            "<@U123> in <#C1|fostering>",
            '<span class="mention">@U123</span> in <span class="mention">#fostering</span>',
        ),
        ("<!here>", '<span class="mention">@here</span>'),
        ("<!date^1^{date}|6 July>", "6 July"),
        ("<javascript:alert(1)|x>", '<span class="mention">@x</span>'),
    ],
)
def test_markup_looks_as_in_slack(markup: str, html: str) -> None:
    assert mrkdwn_html(markup) == html


def test_plain_text_is_left_alone() -> None:
    assert text_html({"type": "plain_text", "text": "*a*\n<b>"}) == "*a*<br>&lt;b&gt;"
    assert text_html({"type": "mrkdwn", "text": "*a*"}) == "<b>a</b>"


@given(st.text(st.sampled_from("*_~`<>|&;!@#abc \n\ue000\ue0010/:htps.\"'")))
def test_nothing_becomes_an_element_that_isn_t_meant_to(text: str) -> None:
    tree = LexborHTMLParser(f"<body>{mrkdwn_html(text)}</body>")
    meant = {"b", "i", "s", "a", "code", "pre", "br", "blockquote", "span"}
    assert tree.body is not None
    assert {node.tag for node in tree.body.traverse() if node is not tree.body} - {"body"} <= meant
    assert all(
        (link.attributes["href"] or "").startswith(("http://", "https://", "mailto:")) for link in tree.css("a")
    )
