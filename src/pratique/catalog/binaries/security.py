"""Cryptography, authentication and directories."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text

_OPENSSL = (
    r"openssl[\d.]*(?:\.exe)?",
    r"libcrypto[\w.-]*\.(?:so|dll|dylib)[\w.]*",
    r"libssl[\w.-]*\.(?:so|dll|dylib)[\w.]*",
)

CLASSIFIERS = (
    Classifier(
        "openssl",
        "openssl:openssl",
        _OPENSSL,
        (
            Text(
                b"OpenSSL ",
                rb"[\0 ]OpenSSL (?P<version>\d+\.\d+\.\d+(?:[a-z]{1,2})?(?:-(?:alpha|beta)\d+)?)(?:-[\w+]+)? +"
                rb"\d{1,2} [A-Z][a-z]{2} \d{4}[\0\n]",
            ),
        ),
    ),
    Classifier(
        "libressl",
        "openbsd:libressl",
        _OPENSSL,
        (Text(b"LibreSSL ", rb"\0LibreSSL (?P<version>\d+\.\d+\.\d+)[\0 ]"),),
    ),
    Classifier(
        "aws-lc",
        "amazon:aws_libcrypto",
        _OPENSSL,
        (Text(b"AWS-LC ", rb"[( ]AWS-LC (?:FIPS )?(?P<version>\d+\.\d+\.\d+)[)\0 ]"),),
    ),
    Classifier(
        "krb5",
        "mit:kerberos_5",
        (r"libkrb5\.so[\d.]*",),
        (Text(b"KRB5_BRAND: krb5-", rb"KRB5_BRAND: krb5-(?P<version>\d+\.\d+(?:\.\d+)?)-"),),
    ),
    Classifier(
        "heimdal",
        "heimdal_project:heimdal",
        (r"libkrb5\.so[\d.]*",),
        (Text(b"$Version: Heimdal ", rb"\$Version: Heimdal (?P<version>\d+\.\d+\.\d+) "),),
    ),
    Classifier(
        "openldap",
        "openldap:openldap",
        (r"ldapsearch", r"ldapadd", r"ldapmodify", r"slapd", r"libldap[\d.-]*\.so[\d.]*"),
        (Text(b"$OpenLDAP: ", rb"\$OpenLDAP: [\w+. -]*?(?P<version>\d+\.\d+\.\d+)(?:[+-][\w+.-]*)? \("),),
    ),
    Classifier(
        "openssh",
        "openbsd:openssh",
        (r"ssh", r"sshd(?:-\w+)?"),
        (Text(b"OpenSSH_", rb"\0OpenSSH_(?P<version>\d+\.\d+(?:\.\d+)?p\d+)[\0 -]"),),
    ),
)
