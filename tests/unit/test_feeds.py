"""Feeds: what RSS and Atom say, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manual.errors import Unreadable
from manual.feeds import SIZE_LIMIT, read_feed
from manual.reading import FeedReading, reading_from_json

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Eastmere procedures: news</title><link>https://manual.test/</link>
{items}
</channel></rss>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Eastmere</title><id>tag:manual.test,2024:feed</id>
<updated>2024-05-02T09:00:00Z</updated>
{items}
</feed>"""


def rss(*items: str, url: str | None = None) -> FeedReading:
    return read_feed(RSS.format(items="".join(f"<item>{item}</item>" for item in items)).encode(), url=url)


def atom(*items: str) -> FeedReading:
    return read_feed(ATOM.format(items="".join(f"<entry>{item}</entry>" for item in items)).encode())


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_feed(data)
    return refused.value.reason


def test_rss_item_is_read_whole() -> None:
    feed = rss(
        "<title>Fostering Panel</title><link>/chapters/panel.html</link><guid isPermaLink='false'>n-17</guid>"
        "<description>&lt;p&gt;Section 2 is &lt;b&gt;new&lt;/b&gt;.&lt;/p&gt;"
        "&lt;p&gt;Please re-read.&lt;/p&gt;</description>"
        "<pubDate>Mon, 06 May 2024 09:30:00 +0100</pubDate>",
        url="https://manual.test/feed.xml",
    )
    (entry,) = feed.entries
    assert feed.title == "Eastmere procedures: news"
    assert entry.id == "n-17"
    assert entry.title == "Fostering Panel"
    assert entry.details == "Section 2 is new.\nPlease re-read."
    assert entry.url == "https://manual.test/chapters/panel.html"
    assert entry.published == "2024-05-06T08:30:00+00:00"
    assert entry.updated is None
    assert feed.oddities == ()


def test_atom_entry_has_both_its_dates() -> None:
    (entry,) = atom(
        "<title>Private Fostering</title><id>tag:manual.test,2024:7</id><link href='https://manual.test/7'/>"
        "<published>2024-04-01T10:00:00+01:00</published><updated>2024-05-02T09:00:00Z</updated>"
        "<content type='text'>A link to 2 &lt; 3 was added.</content>"
    ).entries
    assert entry.published == "2024-04-01T09:00:00+00:00"
    assert entry.updated == "2024-05-02T09:00:00+00:00"
    assert entry.details == "A link to 2 < 3 was added."


def test_entry_without_id_is_known_by_its_link_then_by_its_words() -> None:
    linked, worded, other = rss(
        "<title>Staying Put</title><link>https://manual.test/staying-put</link>",
        "<title>Contact</title><description>Refreshed.</description>",
        "<title>Contact</title><description>Retired.</description>",
    ).entries
    assert linked.id == "https://manual.test/staying-put"
    assert worded.id.startswith("words:")
    assert worded.id != other.id
    again = rss("<title>Contact</title><description>  Refreshed. </description>").entries[0]
    assert again.id == worded.id


def test_revised_atom_entry_beside_its_forerunner_is_told_once() -> None:
    def version(day: str, words: str) -> str:
        return (
            f"<id>x:1</id><title>Panel</title><updated>2024-05-{day}T00:00:00Z</updated><summary>{words}</summary>"
        )

    assert [entry.details for entry in atom(version("09", "Second."), version("02", "First.")).entries] == [
        "Second."
    ]
    assert [entry.details for entry in atom(version("02", "First."), version("09", "Second.")).entries] == [
        "Second."
    ]


def test_one_id_for_all_items_hides_none_of_them() -> None:
    guid = "<guid isPermaLink='false'>https://manual.test/news</guid>"
    first, second = rss(f"{guid}<title>Panel</title>", f"{guid}<title>Contact</title>").entries
    assert first.id != second.id
    assert [first.title, second.title] == ["Panel", "Contact"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 06 May 2024 09:30:00 GMT", "2024-05-06T09:30:00+00:00"),
        ("Mon, 06 May 2024 09:30:00 BST", "2024-05-06T08:30:00+00:00"),
        ("2024-05-06", "2024-05-06T00:00:00+00:00"),
        ("6 May 2024", "2024-05-06T00:00:00+00:00"),
        ("---06", None),
        ("--05-06", None),
        ("2024", None),
        ("yesterday", None),
        ("Mon, 32 May 2024 09:30:00 GMT", None),
    ],
)
def test_date_is_read_whole_or_not_at_all(written: str, read: str | None) -> None:
    feed = rss(f"<title>Panel</title><pubDate>{written}</pubDate>")
    assert feed.entries[0].published == read
    assert bool(feed.oddities) == (read is None)


def test_broken_xml_is_read_as_far_as_it_goes_and_says_so() -> None:
    feed = rss("<title>Panel & Contact</title><description>Refreshed.</description>")
    assert feed.entries[0].title == "Panel & Contact"
    assert "broken" in feed.oddities[0]


def test_words_before_the_declaration_do_not_hide_the_feed() -> None:
    data = ("\n\nWarning: cache is full\n" + RSS.format(items="<item><title>Panel</title></item>")).encode()
    assert [entry.title for entry in read_feed(data).entries] == ["Panel"]


def test_half_an_entry_at_the_end_of_a_cut_feed_is_not_told() -> None:
    whole = RSS.format(items="<item><title>Panel</title></item><item><title>Contact with Parents</title></item>")
    feed = read_feed(whole[: whole.index("with Parents")].encode())
    assert [entry.title for entry in feed.entries] == ["Panel"]
    assert any("cut short" in oddity for oddity in feed.oddities)


def test_empty_feed_is_a_feed() -> None:
    feed = rss()
    assert feed.entries == ()
    assert feed.oddities == ("The feed holds no entries.",)


def test_item_that_says_nothing_is_left_out() -> None:
    feed = rss("<category>news</category>", "<title>Panel</title>")
    assert [entry.title for entry in feed.entries] == ["Panel"]
    assert len(feed.oddities) == 1


def test_other_encodings() -> None:
    text = RSS.format(items="<item><title>Café visits – “contact”</title></item>")
    for encoding in ("utf-8", "utf-16", "windows-1252"):
        data = text.replace("UTF-8", encoding).encode(encoding)
        assert read_feed(data).entries[0].title == "Café visits – “contact”"


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "an empty answer"),
        (b"   ", "an empty answer"),
        (b"<!DOCTYPE html><html><body><p>Sign in</p></body></html>", "an HTML page"),
        (b"<html><body><pre>&lt;rss&gt; <rss version='2.0'></body></html>", "an HTML page"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "XML of another kind (<urlset>)"),
        (b"October 2020\nUpdated Chapters", "text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "text or something else"),
    ],
)
def test_what_is_no_feed_is_named(data: bytes, named: str) -> None:
    assert named in refusal(data)


def test_bombs_are_refused() -> None:
    assert "entities" in refusal(
        b"<!DOCTYPE rss [<!ENTITY a 'aaaa'>]><rss><channel><title>&a;</title></channel></rss>"
    )
    assert "bytes" in refusal(b"<rss>" + b" " * SIZE_LIMIT)


def test_rubbish_on_which_the_parser_fails_is_refused() -> None:
    assert "can't be parsed" in refusal(b"<?xml version='1.0' encoding='\x94\xff'?><rss><channel></channel></rss>")


def test_a_name_of_a_file_is_not_opened(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("feeds") / "secret.xml"
    secret.write_text(RSS.format(items="<item><title>Secret</title></item>"))
    assert "text" in refusal(str(secret).encode())


def test_reading_survives_being_stored() -> None:
    feed = rss("<title>Panel</title><pubDate>Mon, 06 May 2024 09:30:00 GMT</pubDate>")
    assert reading_from_json(json.loads(json.dumps(feed.to_json()))) == feed


PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&",
        "<!--",
        "x",
        "<entry",
        "é",
        "\0",
    ]
)


@given(
    st.lists(PIECES, max_size=40),
    st.sampled_from(["<rss><channel>", "<feed>", "<?xml version='1.0'?><rdf:RDF>", ""]),
)
@settings(max_examples=60, deadline=None)
def test_no_junk_gets_past_as_an_exception(pieces: list[str], start: str) -> None:
    try:
        feed = read_feed((start + "".join(pieces)).encode())
    except Unreadable:
        return
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
