"""Mails as real programs write them: a dozen clients' orders, mail servers' reports, and what machines send."""

from __future__ import annotations

import random
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

JO = "jo.bloggs@westmere.example"
TO = "chapterwatch@westmere.example"


def a_mail(subject: str = "", text: str = "", *, sender: str = f"Jo Bloggs <{JO}>", **headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Message-ID"] = sender, TO, "<abc.1@mail.westmere.example>"
    if subject:
        mail["Subject"] = subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def html_mail(html: str, subject: str = "") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Message-ID"] = JO, TO, "<abc.2@mail.westmere.example>"
    if subject:
        mail["Subject"] = subject
    mail.set_content(html, subtype="html")
    return mail.as_bytes()


# One order, as many programs write it.
CLIENTS: dict[str, bytes] = {
    "Outlook, subject": a_mail("subscribe fostering weekly", "\n\nKind regards\nJo Bloggs\nFostering team"),
    "Outlook, HTML only": html_mail(
        '<html><head><style>p{margin:0}</style></head><body><div class="WordSection1"><p class="MsoNormal">'
        "subscribe fostering weekly<o:p></o:p></p><p>&nbsp;</p><p>Jo Bloggs</p></div></body></html>"
    ),
    "Outlook, reply": a_mail(
        "RE: You are subscribed",
        "subscribe fostering weekly\n\n_______________________\nFrom: Chapterwatch\nSent: 1 May\n\nunsubscribe",
    ),
    "Outlook, external mark": a_mail("[EXTERNAL] RE: subscribe fostering weekly"),
    "Gmail": a_mail("Subscribe fostering weekly", "--\nJo"),
    "Gmail, quoted": a_mail(
        "Re: hello",
        "Subscribe fostering weekly\n\nOn Mon, 4 May 2026 at 09:00, Chapterwatch wrote:\n> list\n> help",
    ),
    "iPhone": a_mail("", "Subscribe fostering weekly\n\nSent from my iPhone"),
    "Android": a_mail("", "subscribe fostering weekly.\n\nSent from my Galaxy"),
    "Apple Mail, HTML": html_mail(
        "<html><body style='word-wrap: break-word;'>Subscribe fostering weekly<br><br>"
        "<blockquote type='cite'>unsubscribe</blockquote></body></html>"
    ),
    "Thunderbird, flowed": a_mail("subscribe  fostering   weekly", "-- \nJo"),
    "encoded subject": a_mail("=?utf-8?B?c3Vic2NyaWJlIGZvc3RlcmluZyB3ZWVrbHk=?="),
    "polite": a_mail("Please subscribe fostering weekly!"),
    "with a colon": a_mail("Subscribe: fostering weekly"),
    "Outlook mobile": a_mail("", "subscribe fostering weekly\n\nGet Outlook for iOS<https://aka.example/o0ukef>"),
    "with an empty text": html_mail("<html><body><br></body></html>", "subscribe fostering weekly"),
    "German Outlook": a_mail("AW: WG: subscribe fostering weekly"),
}

# What no person wrote to us.
MACHINES: dict[str, bytes] = {
    "out of office": a_mail(
        "Automatic reply: subscribe fostering", "subscribe fostering", Auto_Submitted="auto-replied"
    ),
    "old out of office": a_mail("subscribe fostering", Precedence="auto_reply"),
    "vacation": a_mail("subscribe fostering", X_Autoreply="yes"),
    "Exchange": a_mail("subscribe fostering", X_Auto_Response_Suppress="All"),
    "a list": a_mail("subscribe fostering", List_Id="<all-staff.westmere.example>"),
    "bulk": a_mail("subscribe fostering", Precedence="bulk"),
    "a daemon": a_mail("subscribe fostering", sender="MAILER-DAEMON@westmere.example"),
    "no-reply": a_mail("subscribe fostering", sender="no-reply@westmere.example"),
    "ourselves": a_mail("subscribe fostering", sender=TO),
    "two senders": a_mail("subscribe fostering", sender=f"{JO}, kim.lee@westmere.example"),
    "nobody": a_mail("subscribe fostering", sender="Jo Bloggs"),
}


def report(status: str, action: str = "failed", *, said: str = "", server: str = "mail.westmere.example") -> bytes:
    """A delivery status notification (RFC 3464)."""
    return (
        f"From: MAILER-DAEMON@{server}\r\nTo: bounces@westmere.example\r\nSubject: Undelivered Mail\r\n"
        "MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system at {server}. {said}\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; {server}\r\n\r\n"
        f"Final-Recipient: rfc822; {JO}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {status} {said}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


REPORTS: dict[str, tuple[bytes, str | None]] = {
    "Postfix, unknown user": (report("5.1.1", said="User unknown in virtual mailbox table"), "hard"),
    "Exchange, unknown user": (report("5.1.10", said="RESOLVER.ADR.RecipientNotFound"), "hard"),
    "Exchange, left the organisation": (report("5.1.1", said="The email address couldn't be found"), "hard"),
    "Gmail, unknown user": (report("5.1.1", server="google.example", said="NoSuchUser"), "hard"),
    "disabled": (report("5.2.1", said="The account is disabled"), "hard"),
    "over quota": (report("5.2.2", said="mailbox full"), "full"),
    "over quota for now": (report("4.2.2", said="The mailbox is over quota"), "full"),
    "refused as junk": (report("5.7.1", said="Message rejected as spam"), "soft"),
    "no answer for days": (report("4.4.7", said="delivery time expired"), "soft"),
    "still trying": (report("4.4.1", action="delayed", said="will try again"), None),
    "arrived": (report("2.0.0", action="delivered"), None),
    "on holiday": (
        a_mail("Out of office", "I am on holiday until 2 June.", Auto_Submitted="auto-replied"),
        None,
    ),
    "Microsoft 365, no such domain": (report("5.4.310", said="DNS domain does not exist"), "soft"),
    "Microsoft 365, not let in": (report("5.7.133", said="RESOLVER.RST.SenderNotAuthenticatedForGroup"), "soft"),
    "sendmail, unknown user": (report("5.1.1", said="550 5.1.1 <jo>... User unknown"), "hard"),
    "sendmail, warning": (
        report("4.4.1", action="delayed", said="Warning: could not send message for past 4 hours"),
        None,
    ),
    "passed on": (report("2.1.9", action="relayed", said="to a system that does not report"), None),
    "greylisted for too long": (report("4.7.1", said="Greylisted, please try again later"), "soft"),
    "Exim": (
        b"X-Failed-Recipients: jo.bloggs@westmere.example\r\nAuto-Submitted: auto-replied\r\n"
        b"From: Mail Delivery System <Mailer-Daemon@mail.westmere.example>\r\n"
        b"Subject: Mail delivery failed: returning message to sender\r\n\r\n"
        b"This message was created automatically by mail delivery software.\r\n\r\n"
        b"A message that you sent could not be delivered to one or more of its\r\n"
        b"recipients. This is a permanent error. The following address(es) failed:\r\n\r\n"
        b"  jo.bloggs@westmere.example\r\n    Unrouteable address\r\n",
        "hard",
    ),
    "qmail": (
        b"From: MAILER-DAEMON@old.example\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program at "
        b"old.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        b"This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        b"<jo.bloggs@westmere.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n",
        "hard",
    ),
    "complaint": (
        b"From: fbl@provider.example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n\r\n--b--\r\n",
        "complaint",
    ),
}


def damaged_mails(number: int) -> Iterator[bytes]:
    """All of these with pieces lost, doubled, moved and made of noise; the same ones every time."""
    seeds = [*CLIENTS.values(), *MACHINES.values(), *(content for content, _ in REPORTS.values())]
    chance = random.Random(20260511)
    for _ in range(number):
        yield _damaged(chance.choice(seeds), chance)


def _damaged(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at, length = chance.randrange(len(content)), chance.randint(0, 40)
        match chance.randrange(4):
            case 0:
                content = content[:at] + content[at + length :]
            case 1:
                content = content[:at] + chance.randbytes(length) + content[at:]
            case 2:
                content = content[:at] + content[at : at + length] * chance.randint(1, 5) + content[at:]
            case _:
                content = content[: at + 1]
        content = content or b"x"
    return content
