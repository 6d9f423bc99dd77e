"""Reports of mail that came back, written here in the shapes that mail systems give them.

Each takes the Message-ID of the mail, its recipient, and what a server said.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

Maker = Callable[..., bytes]

HEADER = """\
Message-ID: {id}
From: Wirewatch <wirewatch@example.org>
To: {to}
Subject: [THAAD] Battery moved
Date: Mon, 23 Nov 2026 09:00:00 +0900
List-Unsubscribe: <mailto:wirewatch@example.org?subject=unsubscribe%20{word}>
X-Wirewatch-Alert: 7
"""

WORD = "7.AAAAAAAAAAAAAAAAAAAAAA"


def postfix(
    message_id: str,
    to: str,
    *,
    status: str = "5.1.1",
    said: str = "550 5.1.1 <{to}>: Recipient address rejected: User unknown",
    action: str = "failed",
    original: str = "",
    word: str = WORD,
) -> bytes:
    """Groups of fields, then the header of the mail alone."""
    first = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return _lines(
        f"""\
Return-Path: <>
Received: by relay.example.net (Postfix) id 4F2A; Mon, 23 Nov 2026 09:00:05 +0900 (KST)
Date: Mon, 23 Nov 2026 09:00:05 +0900 (KST)
From: MAILER-DAEMON@relay.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: wirewatch@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F2A.1/relay.example.net"
Message-Id: <20261123.4F2A@relay.example.net>

This is a MIME-encapsulated message.

--4F2A.1/relay.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

Your mail could not be handed on; what follows says why.

--4F2A.1/relay.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.net
X-Postfix-Queue-ID: 4F2A
Arrival-Date: Mon, 23 Nov 2026 09:00:01 +0900 (KST)

Final-Recipient: rfc822; {to}
{first}Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; {said.format(to=to)}

--4F2A.1/relay.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{HEADER.format(id=message_id, to=to, word=word)}
--4F2A.1/relay.example.net--
"""
    )


def sendmail(
    message_id: str, to: str, *, status: str = "5.1.1", said: str = "550 5.1.1 User unknown"
) -> bytes:
    """Names in capitals, comments, the whole mail returned."""
    return _lines(
        f"""\
Date: Mon, 23 Nov 2026 09:00:05 +0900
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>
To: <wirewatch@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9AN05.1700000000/mx.example.com"
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)

--9AN05.1700000000/mx.example.com

   ----- The following addresses had permanent fatal errors -----
<{to}>

--9AN05.1700000000/mx.example.com
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Received-From-MTA: DNS; relay.example.net
Arrival-Date: Mon, 23 Nov 2026 09:00:02 +0900

Final-Recipient: RFC822; <{to}>
Action: failed (for good)
Status: {status} (bad destination mailbox)
Diagnostic-Code: SMTP; {said}
Last-Attempt-Date: Mon, 23 Nov 2026 09:00:04 +0900

--9AN05.1700000000/mx.example.com
Content-Type: message/rfc822

{HEADER.format(id=message_id, to=to, word=WORD)}
The battery was moved.

--9AN05.1700000000/mx.example.com--
"""
    )


def exchange(
    message_id: str,
    to: str,
    *,
    status: str = "5.1.10",
    said: str = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup",
) -> bytes:
    """HTML first, no Message-ID in the header returned but in In-Reply-To and References."""
    return _lines(
        f"""\
From: <postmaster@example.com>
To: <wirewatch@example.org>
Date: Mon, 23 Nov 2026 00:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="b1_c0ffee"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US
Message-ID: <ndr-1@example.com>
In-Reply-To: {message_id}
References: <thread.0@example.org>
\t{message_id}
Subject: Undeliverable: [THAAD] Battery moved
Auto-Submitted: auto-replied
MIME-Version: 1.0

--b1_c0ffee
Content-Type: multipart/alternative; boundary="b2_c0ffee"

--b2_c0ffee
Content-Type: text/plain; charset="us-ascii"

Your message could not be delivered.
--b2_c0ffee
Content-Type: text/html; charset="us-ascii"

<p>Your message could not be delivered.</p>
--b2_c0ffee--

--b1_c0ffee
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.example.com

Final-recipient: RFC822;{to}
Action: failed
Status: {status}
Diagnostic-code: smtp;{said}

--b1_c0ffee
Content-Type: message/rfc822

From: Wirewatch <wirewatch@example.org>
Subject: [THAAD] Battery moved

--b1_c0ffee--
"""
    )


def gmail(
    message_id: str,
    to: str,
    *,
    status: str = "5.1.1",
    said: str = "550-5.1.1 The account you tried to reach does not exist. 550 5.1.1 gsmtp",
) -> bytes:
    """A picture beside the words, an X-Failed-Recipients header, a folded diagnostic."""
    folded = said.replace(" ", "\n ", 3)
    return _lines(
        f"""\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: wirewatch@example.org
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {message_id}
In-Reply-To: {message_id}
X-Failed-Recipients: {to}
Message-ID: <dsn-1@mx.googlemail.example>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000aa"; report-type=delivery-status

--000000000000aa
Content-Type: multipart/related; boundary="000000000000bb"

--000000000000bb
Content-Type: text/plain; charset="UTF-8"

** Address not found **
--000000000000bb
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--000000000000bb--
--000000000000aa
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Sun, 22 Nov 2026 16:00:00 -0800 (PST)

Final-Recipient: rfc822; {to}
Action: failed
Status: {status}
Remote-MTA: dns; mx.example.com. (192.0.2.1, the server for the domain.)
Diagnostic-Code: smtp; {folded}
Last-Attempt-Date: Sun, 22 Nov 2026 16:00:01 -0800 (PST)

--000000000000aa
Content-Type: message/rfc822

{HEADER.format(id=message_id, to=to, word=WORD)}
----- Message truncated -----

--000000000000aa--
"""
    )


def exim(
    message_id: str,
    to: str,
    *,
    said: str = "550 5.1.1 <{to}>: no such user",
) -> bytes:
    """One text: reasons under the addresses, then a copy of the mail."""
    return _lines(
        f"""\
Return-path: <>
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@exim.example.net>
To: wirewatch@example.org
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1abc-0001@exim.example.net>
Date: Mon, 23 Nov 2026 09:00:05 +0900

This message was made by a mail program. A message could not be
delivered to one or more of its recipients:

  {to}
    host mx.example.com [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:
    {said.format(to=to)}

------ This is a copy of the message, including all the headers. ------

{HEADER.format(id=message_id, to=to, word=WORD)}
The battery was moved.
"""
    )


def international(message_id: str, to: str, *, encoding: str = "8bit") -> bytes:
    """RFC 6533: addresses in UTF-8, the report encoded as `encoding` has it."""
    from base64 import encodebytes

    report = (
        "Reporting-MTA: dns; relay.example.net\n\n"
        f"Final-Recipient: utf-8; {to}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
    )
    if encoding == "base64":
        report = encodebytes(report.encode()).decode()
    return _lines(
        f"""\
From: MAILER-DAEMON@relay.example.net
To: wirewatch@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=global-delivery-status; boundary="u8"

--u8
Content-Type: text/plain; charset=utf-8

It could not be delivered.
--u8
Content-Type: message/global-delivery-status
Content-Transfer-Encoding: {encoding}

{report}
--u8
Content-Type: message/global-headers

{HEADER.format(id=message_id, to=to, word=WORD)}
--u8--
"""
    )


def vacation(message_id: str, to: str) -> bytes:
    """Somebody's machine answers that they are away."""
    mail = EmailMessage()
    mail["From"], mail["To"] = to, "wirewatch@example.org"
    mail["Subject"] = "Automatic reply: [THAAD] Battery moved"
    mail["Auto-Submitted"], mail["Precedence"] = "auto-replied (vacation)", "bulk"
    mail["In-Reply-To"] = message_id
    mail.set_content(f"I am away. {to} 550 5.1.1 {message_id}")
    return mail.as_bytes()


def unsubscribe(word: str, *, subject: str = "unsubscribe {word}", **header: str) -> bytes:
    """The wish to get no more."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "desk@example.org", "wirewatch@example.org"
    mail["Subject"] = subject.format(word=word)
    for name, value in header.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("")
    return mail.as_bytes()


def _lines(text: str) -> bytes:
    return text.encode().replace(b"\n", b"\r\n")


BY_SYSTEM: dict[str, Maker] = {
    "postfix": postfix,
    "sendmail": sendmail,
    "exchange": exchange,
    "gmail": gmail,
    "exim": exim,
}
"""Each system's report that there is no such user."""
