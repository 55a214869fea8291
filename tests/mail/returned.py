"""Returned email, worded as the mail systems of this world word it. All names are made up."""

from __future__ import annotations

from collections.abc import Callable

from accounts.mail.message import message_id
from accounts.models import OutgoingEmail


def _mail(text: str) -> bytes:
    return text.strip("\n").replace("\n", "\r\n").encode()


def postfix(
    email: OutgoingEmail,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "smtp; 550 5.1.1 Recipient address rejected: User unknown in mailbox table",
) -> bytes:
    return _mail(f"""
Return-Path: <>
From: MAILER-DAEMON@mx.iqies-portal.example (Mail Delivery System)
To: no-reply@iqies-portal.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F2B1.1795400000/mx.iqies-portal.example"

This is a MIME-encapsulated message.

--4F2B1.1795400000/mx.iqies-portal.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered to one or more recipients.

--4F2B1.1795400000/mx.iqies-portal.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.iqies-portal.example
X-Postfix-Queue-ID: 4F2B1
X-Postfix-Sender: rfc822; no-reply@iqies-portal.example
Arrival-Date: Mon, 23 Nov 2026 01:00:00 -0500 (EST)

Final-Recipient: rfc822; {email.to_address}
Original-Recipient: rfc822;{email.to_address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: {said}

--4F2B1.1795400000/mx.iqies-portal.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Message-ID: <{message_id(email)}>
To: {email.to_address}
Subject: {email.subject}

--4F2B1.1795400000/mx.iqies-portal.example--
""")


def exchange(email: OutgoingEmail) -> bytes:
    """The report in HTML, folded fields, and the returned email whole."""
    return _mail(f"""
From: postmaster@burns-home.example
To: <no-reply@iqies-portal.example>
Subject: Undeliverable: {email.subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="_5a1e0000-0000-4000-8000-000000000000_"
In-Reply-To: <{message_id(email)}>
References: <{message_id(email)}>
X-MS-Exchange-Message-Is-Ndr:

--_5a1e0000-0000-4000-8000-000000000000_
Content-Type: multipart/alternative; differences=Content-Type;
 boundary="_5a1e0001-0000-4000-8000-000000000000_"

--_5a1e0001-0000-4000-8000-000000000000_
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

The address could not be found.=20

--_5a1e0001-0000-4000-8000-000000000000_
Content-Type: text/html; charset="us-ascii"

<html><body>The address could not be found.</body></html>

--_5a1e0001-0000-4000-8000-000000000000_--

--_5a1e0000-0000-4000-8000-000000000000_
Content-Type: message/delivery-status

Reporting-MTA: dns;AB1PR00MB0001.prod.outlook.example
Received-From-MTA: dns;mx.iqies-portal.example
Arrival-Date: Mon, 23 Nov 2026 06:00:00 +0000

Final-Recipient: rfc822;{email.to_address}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 not found by SMTP address lookup

--_5a1e0000-0000-4000-8000-000000000000_
Content-Type: message/rfc822

Message-ID: <{message_id(email)}>
From: no-reply@iqies-portal.example
To: {email.to_address}
Subject: {email.subject}
Content-Type: text/plain

Words
--_5a1e0000-0000-4000-8000-000000000000_--
""")


def gmail(email: OutgoingEmail) -> bytes:
    """Pictures, an own field for the number, and "rfc822;" before the address."""
    return _mail(f"""
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: no-reply@iqies-portal.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <{message_id(email)}>
In-Reply-To: <{message_id(email)}>
X-Failed-Recipients: {email.to_address}
Content-Type: multipart/report; boundary="000000000000aa"; report-type=delivery-status

--000000000000aa
Content-Type: multipart/related; boundary="000000000000ab"

--000000000000ab
Content-Type: text/html; charset="UTF-8"

<p>Address not found</p>
--000000000000ab
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--000000000000ab--

--000000000000aa
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Sun, 22 Nov 2026 22:00:00 -0800 (PST)
X-Original-Message-ID: <{message_id(email)}>

Final-Recipient: rfc822; {email.to_address}
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.example. (192.0.2.26, the server for the domain.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1 Please try double-checking the address. - gsmtp
Last-Attempt-Date: Sun, 22 Nov 2026 22:00:01 -0800 (PST)

--000000000000aa--
""")


def sendmail(email: OutgoingEmail) -> bytes:
    """Plain 5.0.0 where the diagnosis knows more; "failed (…)"; the number in the envelope."""
    return _mail(f"""
From: Mail Delivery Subsystem <MAILER-DAEMON@relay.example>
To: <no-reply@iqies-portal.example>
Subject: Returned mail: see transcript for details
Auto-Submitted: auto-generated (failure)
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="u0N61.1795400001/relay.example"

--u0N61.1795400001/relay.example

   ----- The following addresses had permanent fatal errors -----
<{email.to_address}>

--u0N61.1795400001/relay.example
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Original-Envelope-Id: {message_id(email)}

Final-Recipient: RFC822; {email.to_address.upper()}
Action: failed (permanent)
Status: 5.0.0
Diagnostic-Code: SMTP; 550 5.2.1 Mailbox is disabled

--u0N61.1795400001/relay.example
Content-Type: message/rfc822

Return-Path: <no-reply@iqies-portal.example>
Subject: {email.subject}

--u0N61.1795400001/relay.example--
""")


DIALECTS: dict[str, Callable[[OutgoingEmail], bytes]] = {
    "postfix": postfix,
    "exchange": exchange,
    "gmail": gmail,
    "sendmail": sendmail,
}
