"""Diagnostics of the forms that providers are known for, each with what should explain it."""

from typing import Final

DIAGNOSTICS: Final = (
    # recipient, diagnostic, id, code
    (
        "ann@gmail.com",
        "smtp; 550-5.1.1 The account you wrote to is not here.\n550 5.1.1 https://support.google.com/"
        "mail/?p=NoSuchUser 4fb4d7f45d1cf-5a - gsmtp",
        "gmail.no-mailbox",
        "5.1.1",
    ),
    (
        "ann@gmail.com",
        "smtp; 550 5.2.1 That account is disabled https://support.google.com/mail/?p=DisabledUser x"
        " - gsmtp",
        "gmail.account-disabled",
        "5.2.1",
    ),
    (
        "ann@gmail.com",
        "smtp; 552-5.2.2 Out of storage and inactive.\n552 5.2.2 https://support.google.com/mail/"
        "?p=OverQuotaPerm ab12 - gsmtp",
        "gmail.full-and-inactive",
        "5.2.2",
    ),
    (
        "ann@shop.example",
        "smtp; 452-4.2.2 Out of storage space. Please direct the recipient to\n452 4.2.2"
        "  https://support.google.com/mail/?p=OverQuotaTemp 98e67ed5 - gsmtp",
        "gmail.full",
        "4.2.2",
    ),
    (
        "ann@gmail.com",
        "450-4.2.1 This user is receiving email too fast.\r\n450 4.2.1 try later q12 - gsmtp",
        "gmail.receiving-too-fast",
        "4.2.1",
    ),
    (
        "ann@gmail.com",
        "smtp; 550-5.7.26 The MAIL FROM domain [shop.example] has a hard fail\n550-5.7.26 policy"
        " (-all) and 192.0.2.9 does not pass - gsmtp",
        "gmail.spf-hard-fail",
        "5.7.26",
    ),
    (
        "ann@gmail.com",
        "smtp; 550-5.7.26 Mail from shop.example is not accepted due to domain's\n550-5.7.26 DMARC"
        " policy. https://support.google.com/mail/?p=DmarcRejection d9 - gsmtp",
        "gmail.dmarc",
        "5.7.26",
    ),
    (
        "ann@workspace.example",
        "smtp; 550-5.7.26 Blocked, sender is unauthenticated.\n550 5.7.26 SPF = failed - gsmtp",
        "gmail.unauthenticated",
        "5.7.26",
    ),
    ("a@gmail.com", "smtp; 550-5.7.27 SPF is wanted of you - gsmtp", "gmail.spf-missing", "5.7.27"),
    ("a@gmail.com", "421-4.7.30 DKIM is wanted of you - gsmtp", "gmail.dkim-missing", "4.7.30"),
    ("a@gmail.com", "421 4.7.32 From: is not aligned - gsmtp", "gmail.not-aligned", "4.7.32"),
    ("a@gmail.com", "550 5.7.24 SPF record: odd entries - gsmtp", "gmail.spf-suspicious", "5.7.24"),
    ("a@gmail.com", "421 4.7.29 no TLS connection - gsmtp", "gmail.tls-missing", "4.7.29"),
    (
        "ann@gmail.com",
        "smtp; 550-5.7.25 [192.0.2.9] This address does not have a PTR\n550-5.7.25 record - gsmtp",
        "gmail.reverse-dns",
        "5.7.25",
    ),
    (
        "ann@gmail.com",
        "smtp; 421-4.7.28 Gmail has seen an unusual rate of mail from your DKIM\n421-4.7.28 domain"
        " [shop.example 35]. 421 4.7.28 - gsmtp",
        "gmail.unusual-rate",
        "4.7.28",
    ),
    (
        "ann@gmail.com",
        "421-4.7.28 quota exceeded for the same Message-ID: - gsmtp",
        "gmail.same-message-id",
        "4.7.28",
    ),
    (
        "ann@gmail.com",
        "smtp; 550-5.7.1 [192.0.2.9      19] likely suspicious due to the very low\n550-5.7.1"
        " reputation of the sending domain. 550 5.7.1 support.google.com/mail/answer/188131 gsmtp",
        "gmail.low-reputation",
        "5.7.1",
    ),
    (
        "ann@gmail.com",
        "smtp; 550-5.7.1 [192.0.2.9      12] We find this is likely unsolicited\n550-5.7.1 mail."
        " 550 5.7.1 https://support.google.com/mail/?p=UnsolicitedMessageError e4 - gsmtp",
        "gmail.unsolicited",
        "5.7.1",
    ),
    (
        "ann@gmail.com",
        "552-5.7.0 Content is a risk https://support.google.com/mail/?p=BlockedMessage 3 - gsmtp",
        "gmail.blocked-content",
        "5.7.0",
    ),
    (
        "ann@corp.example",
        "smtp; 550 5.7.1 Not by our email rules. - gcdp a1b2 - gsmtp",
        "gmail.organisation-policy",
        "5.7.1",
    ),
    (
        "a@gmail.com",
        "552-5.3.4 Over our size limits. ?p=MaxSizeError - gsmtp",
        "gmail.too-large",
        "5.3.4",
    ),
    (
        "a@gmail.com",
        "550-5.7.1 https://support.google.com/mail/?p=RfcMessageNonCompliant x1 - gsmtp",
        "gmail.malformed",
        "5.7.1",
    ),
    (
        "bob@outlook.com",
        "smtp; 550 5.7.1 Messages from [192.0.2.9] weren't sent: part of their network is on our"
        " block list (S3150). [DB8EUR05FT054.eop-eur05.prod.protection.outlook.com]",
        "microsoft.network-blocked",
        "S3150",
    ),
    (
        "bob@hotmail.com",
        "smtp; 550 5.7.1 Your provider's network is on our list (S3140). http://mail.live.com/mail/x",
        "microsoft.network-blocked",
        "S3140",
    ),
    (
        "bob@live.com",
        "451 4.7.650 The mail server [192.0.2.9] is temporarily rate limited due to IP reputation."
        " See https://postmaster.live.com (S775) [BN7NAM10FT003.prod.protection.outlook.com]",
        "microsoft.ip-throttled",
        "4.7.650",
    ),
    (
        "bob@corp.example",
        "smtp; 550 5.7.606 Access denied, banned sending IP [192.0.2.9]. Visit"
        " https://sender.office.com/ AS16012609",
        "microsoft.banned-ip",
        "5.7.606",
    ),
    ("b@corp.example", "550 5.7.649 Access denied (AS16012609)", "microsoft.banned-ip", "5.7.649"),
    (
        "bob@corp.example",
        "smtp; 550 5.7.511 Access denied, banned sender[192.0.2.9]. Forward to"
        " delist@microsoft.com. AS16012609",
        "microsoft.banned-sender",
        "5.7.511",
    ),
    (
        "bob@outlook.com",
        "550 5.7.515 Access denied, shop.example lacks the level of authentication. (S2017)",
        "microsoft.authentication-level",
        "5.7.515",
    ),
    (
        "bob@corp.example",
        "smtp; 550 5.7.509: Access denied, shop.example does not pass DMARC verification"
        " [x.prod.protection.outlook.com]",
        "microsoft.dmarc",
        "5.7.509",
    ),
    (
        "bob@corp.example",
        "smtp; 550 5.7.23 Rejected by SPF. [AM5EUR.prod.protection.outlook.com]",
        "microsoft.spf",
        "5.7.23",
    ),
    (
        "bob@corp.example",
        "550 5.7.513 Client host [192.0.2.9] blocked by corp.example using Customer Block list"
        " (AS16012607)",
        "microsoft.recipient-blocklist",
        "5.7.513",
    ),
    (
        "bob@corp.example",
        "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by address lookup",
        "microsoft.no-mailbox",
        "5.1.10",
    ),
    (
        "bob@corp.example",
        "smtp; 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"
        " [DB5EUR01FT042.eop-EUR01.prod.protection.outlook.com]",
        "microsoft.no-mailbox",
        "5.4.1",
    ),
    (
        "bob@hotmail.com",
        "smtp; 550 5.5.0 Not taken: mailbox unavailable (S2017062302). [x.protection.outlook.com]",
        "microsoft.no-mailbox",
        "5.5.0",
    ),
    (
        "team@corp.example",
        "smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; not for outsiders",
        "microsoft.members-only",
        "5.7.133",
    ),
    (
        "bob@corp.example",
        "smtp; 451 4.7.500 Server busy. Later please, [192.0.2.9]. (AS761)",
        "microsoft.suspicious-activity",
        "4.7.500",
    ),
    (
        "bob@corp.example",
        "550 5.7.923 Refused by a rule of ours [x.prod.protection.outlook.com]",
        "microsoft.organisation-rule",
        "5.7.923",
    ),
    (
        "cy@yahoo.com",
        "smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred, volume or complaints"
        " - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes",
        "yahoo.deferred",
        "TSS04",
    ),
    (
        "cy@yahoo.com",
        "421 4.7.0 [TS01] Messages from 192.0.2.9 temporarily deferred - 4.16.55.1",
        "yahoo.deferred",
        "TS01",
    ),
    (
        "cy@aol.com",
        "smtp; 553 5.7.2 [TSS09] All from 192.0.2.9: retrying will NOT succeed. yahooinc.com",
        "yahoo.deferred-for-good",
        "TSS09",
    ),
    (
        "cy@yahoo.com",
        "421 4.7.1 [TS03] 192.0.2.9 will be permanently deferred",
        "yahoo.deferred-for-good",
        "TS03",
    ),
    (
        "cy@yahoo.com",
        "554 Message not allowed - [PH01] for policy reasons. https://postmaster.yahooinc.com/x",
        "yahoo.policy",
        "PH01",
    ),
    (
        "cy@yahoo.com",
        "smtp; 554 5.7.9 Message not accepted for policy reasons. See postmaster.yahooinc.com/x",
        "yahoo.policy",
        "5.7.9",
    ),
    ("cy@att.net", "553 5.7.1 [BL21] not from 192.0.2.9", "yahoo.spamhaus", "BL21"),
    (
        "cy@yahoo.com",
        "554 30 Sorry, to cy@yahoo.com: This mailbox is disabled (554.30)",
        "yahoo.mailbox-disabled",
        "554.30",
    ),
    (
        "di@icloud.com",
        "smtp; 554 5.7.1 [HM08] Message rejected due to local policy. https://support.apple.com/x",
        "apple.local-policy",
        "HM08",
    ),
    (
        "di@me.com",
        "smtp; 550 5.7.1 [CS01] Message rejected due to local policy. https://support.apple.com/x",
        "apple.local-policy",
        "CS01",
    ),
    (
        "di@icloud.com",
        "554 5.7.1 [HME1] blocked for failing both SPF and DKIM checks",
        "apple.unauthenticated",
        "HME1",
    ),
    (
        "di@icloud.com",
        "421 4.7.1 Messages to di@icloud.com deferred due to excessive volume.",
        "apple.volume",
        "4.7.1",
    ),
    (
        "ed@comcast.net",
        "554 resimta-a1.comcast.net 192.0.2.9 blocked, see .../errors#BL000000",
        "comcast.spam-patterns",
        "BL000000",
    ),
    ("ed@comcast.net", "554 192.0.2.9 found, #BL000001", "comcast.blocklist", "BL000001"),
    (
        "ed@comcast.net",
        "smtp; 421 4.1.0 192.0.2.9 Throttled. postmaster.comcast.net/smtp-error-codes.php#RL000003",
        "comcast.throttled",
        "RL000003",
    ),
    ("ed@charter.net", "550 blocked. AUP#I-1000", "spectrum.blocked", "1000"),
    ("ed@charter.net", "421 slow down. AUP#In-1340", "spectrum.rate", "1340"),
    (
        "flo@corp.example",
        "smtp; 554 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9",
        "proofpoint.reputation",
        "5.7.0",
    ),
    (
        "flo@corp.example",
        "smtp; 451 Internal resource temporarily unavailable -"
        " https://community.mimecast.com/docs/DOC-1369#451 [gBQ.uk12]",
        "mimecast.greylisted",
        "",
    ),
    (
        "flo@corp.example",
        "smtp; 550 Administrative prohibition - envelope blocked -"
        " https://community.mimecast.com/docs/DOC-1369#550 [aX.us4]",
        "mimecast.blocked-sender",
        "",
    ),
    (
        "flo@corp.example",
        "smtp; 554 Email rejected due to security policies - https://community.mimecast.com/x",
        "mimecast.content",
        "",
    ),
    (
        "flo@corp.example",
        "smtp; 554 mx.corp.example: rejected due to the sending MTA's poor reputation.",
        "cisco.reputation",
        "",
    ),
    (
        "flo@isp.example",
        "5.3.2 cmsmtp 192.0.2.9 is listed on Cloudmark CSI-Global. Visit the remediation portal",
        "cloudmark.reputation",
        "",
    ),
    (
        "gus@gmx.net",
        "smtp; 554-gmx.net (mxgmx017) Nemesis ESMTP Service not available\n554-No SMTP service\n"
        "554-IP address is block listed.\n554 https://postmaster.gmx.net/en/case?c=r0201&i=ip",
        "gmx.blocklist",
        "",
    ),
    (
        "gus@web.de",
        "550-Requested action not taken\n550 https://postmaster.web.de/de/case?c=hi&i=ip",
        "gmx.explained-there",
        "",
    ),
    (
        "gus@t-online.de",
        "smtp; 554 IP=192.0.2.9 - None/bad reputation. Write to tobr@rx.t-online.de. (NOWL)",
        "t-online.reputation",
        "NOWL",
    ),
    (
        "hal@orange.fr",
        "421 Trop de connexions, slow down. OFR004_104 [104]",
        "orange.connections",
        "OFR004_104",
    ),
    ("hal@wanadoo.fr", "550 5.2.0 Mail rejete. ofr_506 [506]", "orange.rejected", "ofr_506"),
    ("hal@orange.fr", "550 Ref csi. OFR006_102", "orange.blocklist", "OFR006_102"),
    ("hal@orange.fr", "550 5.1.1 Adresse invalide. OFR_416 [416]", "orange.no-mailbox", "OFR_416"),
    ("hal@orange.fr", "421 Service refuse. OFR_999 [999]", "orange.slowed-down", "OFR_999"),
    (
        "hal@laposte.net",
        "450 4.7.1 Service refuse. LPN027_503",
        "laposte.refused-for-now",
        "LPN027_503",
    ),
    ("hal@laposte.net", "550 5.1.1 invalide. LPN007_416", "laposte.no-mailbox", "LPN007_416"),
    ("hal@free.fr", "smtp; 550 spam detected, see http://postmaster.free.fr/", "free.spam", ""),
    (
        "ivo@mail.ru",
        "550 spam message rejected: http://help.mail.ru/notspam-support/id?c=abc",
        "mailru.spam",
        "",
    ),
    (
        "jun@163.com",
        "554 DT:SPM 163 smtp4,x1 1468803076,see http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.9",
        "netease.spam",
        "DT:SPM",
    ),
    ("jun@126.com", "421 HL:ICC 126 mx5,x 1528450981", "netease.ip-rate", "HL:ICC"),
    ("jun@qq.com", "550 Mail content denied. http://service.mail.qq.com/x", "qq.spam", ""),
    ("jun@qq.com", "550 Sender frequency limited. https://service.mail.qq.com/x", "qq.rate", ""),
    ("jun@qq.com", "550 DMARC check failed. service.mail.qq.com", "qq.authentication", "DMARC"),
    (
        "kay@corp.example",
        "smtp; 550 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org",
        "spamhaus.listed",
        "5.7.1",
    ),
    (
        "kay@corp.example",
        "450 4.7.1 Later; see http://www.barracudacentral.org/rbl/removal-request",
        "barracuda.listed",
        "4.7.1",
    ),
    ("kay@corp.example", "554 5.7.1 blocked using bl.spamcop.net", "spamcop.listed", "5.7.1"),
    (
        "kay@corp.example",
        "554 5.7.1 [192.0.2.9] blocked using dnsbl-1.lists.example.net; ask them",
        "blocklist.listed",
        "dnsbl-1.lists.example.net",
    ),
    ("kay@corp.example", "450 4.2.0 kay: Greylisted, come back later", "greylisting", "4.2.0"),
    (
        "lea@corp.example",
        "Amazon SES did not send it: the address is on the suppression list for your account",
        "ses.account-suppression-list",
        "",
    ),
    (
        "lea@corp.example",
        "Amazon SES has suppressed sending to this address for its recent bounces",
        "ses.global-suppression-list",
        "",
    ),
    (
        "lea@corpp.example",
        "smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes."
        "<421 4.4.0 Unable to lookup DNS for corpp.example>",
        "ses.dns",
        "4.4.7",
    ),
    (
        "lea@corp.example",
        "smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes."
        "<421 4.4.1 Failed to establish connection>",
        "ses.no-connection",
        "4.4.7",
    ),
    (
        "mo@corp.example",
        "smtp; 550 5.7.512 No usable From: header there [x.prod.protection.outlook.com]",
        "microsoft.from-missing",
        "5.7.512",
    ),
    (
        "mo@hotmail.com",
        "smtp; 550 5.7.501 Not from you, spam abuse suspected (S4017)",
        "microsoft.spam-abuse",
        "5.7.501",
    ),
    (
        "mo@corp.example",
        "smtp; 550 5.7.505 No mail to that recipient [y.prod.outlook.com]",
        "microsoft.banned-recipient",
        "5.7.505",
    ),
    (
        "mo@corp.example",
        "smtp; 550 5.7.508 Too many mails from [192.0.2.9] [y.prod.outlook.com]",
        "microsoft.over-limits",
        "5.7.508",
    ),
    (
        "mo@corp.example",
        "smtp; 550 5.4.1 mo@corp.example: Relay access denied [z.protection.outlook.com]",
        "microsoft.relay-denied",
        "5.4.1",
    ),
    (
        "mo@corp.example",
        "smtp; 451 4.7.1 later; 554 5.2.122 Over this hour's limit for mo RESOLVER.RST",
        "microsoft.recipient-rate",
        "5.2.122",
    ),
    (
        "mo@corp.example",
        "smtp; 450 4.7.323 TLSA of corp.example did not hold [q.prod.outlook.com]",
        "microsoft.secure-transport",
        "4.7.323",
    ),
    (
        "mo@corp.example",
        "smtp; 550 5.4.14 Hops without end, a loop [q.prod.outlook.com]",
        "microsoft.loop",
        "5.4.14",
    ),
    (
        "ned@yahoo.com",
        "smtp; 554 5.7.1 Unresolvable RFC.5321 from domain: nowhere.example",
        "yahoo.unresolvable-from",
        "5.7.1",
    ),
    (
        "ned@aol.com",
        "smtp; 554 5.7.9 Sender is unauthenticated. Sign what you send",
        "yahoo.unauthenticated",
        "5.7.9",
    ),
    (
        "ned@yahoo.com",
        "smtp; 554 delivery error: this user doesn't have a yahoo.com account (ned@yahoo.com) [0]",
        "yahoo.no-mailbox",
        "",
    ),
    (
        "ned@ymail.com",
        "smtp; 450 4.2.1 ned is receiving mail too quickly at present",
        "yahoo.recipient-rate",
        "4.2.1",
    ),
    (
        "oda@me.com",
        "smtp; 554 5.7.1 rejected due to the shop.example DMARC policy here",
        "apple.dmarc",
        "5.7.1",
    ),
    (
        "pat@comcast.net",
        "smtp; 554 192.0.2.9 looks like a home line, ES000001",
        "comcast.residential",
        "ES000001",
    ),
    ("pat@charter.net", "421 4.7.1 no PTR. AUP#In-1130", "spectrum.reverse-dns", "1130"),
    ("pat@charter.net", "554 5.7.1 listed. AUP#Out-1230", "spectrum.blocklist", "1230"),
    (
        "rob@corp.example",
        "smtp; 550 DKIM Sender Invalid - see community.mimecast.com",
        "mimecast.authentication",
        "DKIM",
    ),
    (
        "rob@corp.example",
        "smtp; 550 Stopped by the anti-spoofing policy - mimecast.com/x#550",
        "mimecast.anti-spoofing",
        "",
    ),
    (
        "rob@corp.example",
        "smtp; 550 Stopped for IP reputation - eu.mimecast.com",
        "mimecast.reputation",
        "",
    ),
    (
        "rob@corp.example",
        "smtp; 550 Invalid Recipient - eu.mimecast.com/#550",
        "mimecast.no-mailbox",
        "",
    ),
    ("sue@orange.fr", "smtp; 550 5.7.1 OFR004_107 no PTR", "orange.reverse-dns", "OFR004_107"),
    ("sue@orange.fr", "smtp; 501 5.1.8 OFR_405 sender unknown", "orange.sender", "OFR_405"),
    ("sue@wanadoo.fr", "smtp; 552 5.2.2 OFR_417 no room", "orange.full", "OFR_417"),
    (
        "sue@wanadoo.fr",
        "smtp; 550 5.7.1 OFR_515 sender not proven",
        "orange.authentication",
        "OFR_515",
    ),
    (
        "sue@laposte.net",
        "smtp; 550 5.1.8 LPN007_405 sender unknown",
        "laposte.sender",
        "LPN007_405",
    ),
    ("sue@laposte.net", "smtp; 550 5.7.1 LPN007_510 not so", "laposte.policy", "LPN007_510"),
    ("tao@163.com", "421 HL:REP 163 mx2,x 1528450981", "netease.ip-behaviour", "HL:REP"),
    ("tao@126.com", "554 DT:RBL 126 mx1,x 1528450981", "netease.blocklist", "DT:RBL"),
    (
        "tao@qq.com",
        "550 Mailbox unavailable or access denied. service.mail.qq.com",
        "qq.recipient-rate",
        "",
    ),
    (
        "tao@qq.com",
        "550 Rejected by recipients. service.mail.qq.com",
        "qq.refused-by-recipient",
        "",
    ),
    ("tao@qq.com", "550 Mailbox not found. service.mail.qq.com", "qq.no-mailbox", ""),
)
