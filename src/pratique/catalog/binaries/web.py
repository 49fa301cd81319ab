"""Servers and proxies of the web."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text

CLASSIFIERS = (
    Classifier(
        "nginx",
        "f5:nginx",
        (r"nginx(?:-debug)?(?:\.exe)?",),
        (
            Text(b"nginx version: ", rb"nginx version: nginx/(?P<version>\d+\.\d+\.\d+)[\0\n\r ]"),
            # OpenResty's first three numbers are those of the nginx that it is built from
            Text(b"nginx version: ", rb"nginx version: openresty/(?P<version>\d+\.\d+\.\d+)\.\d+[\0\n\r ]"),
        ),
    ),
    Classifier(
        "openresty",
        "openresty:openresty",
        (r"nginx", r"openresty"),
        (Text(b"nginx version: ", rb"nginx version: openresty/(?P<version>\d+\.\d+\.\d+\.\d+)[\0\n\r ]"),),
    ),
    Classifier(
        "httpd",
        "apache:http_server",
        (r"httpd(?:\.exe)?", r"apache2"),
        (Text(b"Apache/", rb"[\0 ]Apache/(?P<version>2\.\d+\.\d+)[\0 -]"),),
    ),
    Classifier(
        "haproxy",
        "haproxy:haproxy",
        (r"haproxy",),
        (
            Text(b"HA-Proxy version ", rb"HA-Proxy version (?P<version>\d+\.\d+(?:\.\d+|-dev\d+))[-\w.+~]* \d{4}/"),
            Text(b", released ", rb" version (?P<version>\d+\.\d+(?:\.\d+|-dev\d+))[-\w.+~]*, released \d{4}/"),
            Text(b"HAProxy version follows", rb"\0(?P<version>\d+\.\d+(?:\.\d+|-dev\d+))[-\w.+~]*\0+HAProxy version"),
        ),
    ),
    Classifier(
        "lighttpd",
        "lighttpd:lighttpd",
        (r"lighttpd",),
        (Text(b"lighttpd/", rb"lighttpd/(?P<version>\d+\.\d+\.\d+)[\0 ]"),),
    ),
    Classifier(
        "envoy",
        "envoyproxy:envoy",
        (r"envoy(?:-contrib)?",),
        (Text(b"\x001.", rb"\0(?P<version>1\.(?:[4-9]|[1-9]\d)\.\d+)(?:-dev)?\0", only=True, needs=b"envoy."),),
    ),
    Classifier(
        "varnish",
        "varnish_cache_project:varnish_cache",
        (r"varnishd",),
        (Text(b"varnish-", rb"[\0(]varnish-(?P<version>\d+\.\d+\.\d+)[\0 ]"),),
    ),
    Classifier(
        "squid",
        "squid-cache:squid",
        (r"squid",),
        (Text(b"squid/", rb"[\0 ]squid/(?P<version>\d+\.\d+(?:\.\d+)?)[\0 -]"),),
    ),
    Classifier(
        "chrome",
        "google:chrome",
        (r"chrome", r"chromium", r"headless_shell"),
        (
            Text(b"\0chrome\0", rb"\0(?P<version>\d+\.0\.\d{4}\.\d+)\0chrome\0"),
            Text(b"\0Default", rb"\0(?P<version>\d+\.0\.\d{4}\.\d+)\0Default[\0\n]"),
        ),
    ),
    Classifier(
        "firefox",
        "mozilla:firefox",
        (r"application\.ini",),
        (Text(b"Name=Firefox", rb"\nName=Firefox\s(?:[^\[]*\n)?Version=(?P<version>\d+\.\d+(?:\.\d+)*)\s", reach=512),),
    ),
    Classifier(
        "wp-cli",
        "wp-cli:wp-cli",
        (r"wp", r"wp-cli\.phar"),
        (Text(b"wp-cli/wp-cli ", rb"wp-cli/wp-cli (?P<version>\d+\.\d+\.\d+)(?:-\w+)?[\s ]"),),
    ),
)
