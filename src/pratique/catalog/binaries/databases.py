"""Database servers, their clients and libraries."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text

_MARIADB = b"-MariaDB"
_PERCONA = (b"percona-server-", b"Percona-XtraDB-Cluster-", b"percona-xtrabackup-", b"mysql-cluster-gpl", b"-ndb-")
_MYSQL = (r"mysql", r"mysqld", r"mysqladmin", r"mysqldump")

# The build's host and time follow the version at once; the host is a container's twelve hexadecimal digits, or any name
_REDIS_BUILD = rb"(?<![\d.])(?P<version>\d+\.\d+\.\d{1,3})(?=(?:[0-9a-f]{12}|buildkitsandbox)-1\d{9})"
_REDIS_ANY = rb"(?<![\d.])(?P<version>\d+\.\d+\.\d{1,4})[\w.-]*1[2-9]\d{8}"
_SERVER = rb"(?P<version>\d+\.\d+\.\d+)"

CLASSIFIERS = (
    Classifier(
        "redis",
        "redis:redis",
        (r"redis-(?:server|sentinel|check-rdb|check-aof)",),
        (
            Text(b"\0REDIS_VERSION\0", rb"\0REDIS_VERSION\0" + _SERVER + rb"\0"),
            Text(b"00000000", _REDIS_ANY, alone=True),
            Text(b"%llx", _REDIS_ANY, alone=True),
            Text(b"00000000", _REDIS_BUILD),
            Text(b"Server started, Redis version ", rb"Redis version " + _SERVER + rb"\0"),
        ),
        unless=(b"valkey",),
    ),
    Classifier(
        "valkey",
        "lfprojects:valkey",
        (r"valkey-(?:server|sentinel|check-rdb|check-aof)",),
        (
            Text(b"\0valkey", rb"\0valkey" + _REDIS_ANY, alone=True),
            Text(b"\0valkey", rb"\0valkey" + _REDIS_BUILD),
        ),
    ),
    Classifier(
        "memcached",
        "memcached:memcached",
        (r"memcached",),
        (Text(b"\0memcached ", rb"\0memcached (?P<version>1\.\d+\.\d+)[\w.-]*\0"),),
    ),
    Classifier(
        "postgresql",
        "postgresql:postgresql",
        (r"postgres(?:\.exe)?", r"psql", r"pg_(?:ctl|dump|restore|basebackup|config)", r"initdb"),
        (
            Text(b"(PostgreSQL) ", rb"\(PostgreSQL\) (?P<version>\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d+)?)[\n\0 ]"),
            Text(b"\0PostgreSQL ", rb"\0PostgreSQL (?P<version>\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d+)?) (?:on|\()"),
            Text(b"?PostgreSQL ", rb"\?PostgreSQL (?P<version>\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d+)?) (?:on|\()"),
        ),
    ),
    Classifier(
        "mariadb",
        "mariadb:mariadb",
        (r"mariadb(?:-\w+)?", r"mariadbd(?:\.exe)?", *_MYSQL),
        (
            Text(_MARIADB, rb"[^\w.](?:5\.5\.5-)?(?P<version>\d+\.\d+\.\d+)-MariaDB[\0-]"),
            Text(b"/mariadb-", rb"/mariadb-(?P<version>\d+\.\d+\.\d+)[-/]"),
        ),
    ),
    Classifier(
        "mysql",
        "oracle:mysql",
        (*_MYSQL, r"mysqld-debug"),
        (
            Text(b"/mysql-", rb"/mysql-" + _SERVER + rb"[-/]"),
            Text(b"\0mysql_real_escape_string_quote\0", rb"\0" + _SERVER + rb"\0+mysql_real_escape_string_quote\0"),
        ),
        unless=(_MARIADB, *_PERCONA),
    ),
    Classifier(
        "mysql-cluster",
        "oracle:mysql_cluster",
        (*_MYSQL, r"ndbd", r"ndbmtd", r"ndb_mgmd", r"ndb_mgm"),
        (
            Text(b"-ndb-", rb"\d-ndb-" + _SERVER + rb"[\0-]"),
            Text(b"/mysql-cluster-gpl-", rb"/mysql-cluster-gpl-" + _SERVER + rb"[-/]"),
        ),
    ),
    Classifier(
        "percona-server",
        "percona:percona_server",
        _MYSQL,
        (Text(b"/percona-server-", rb"/percona-server-(?P<version>\d+\.\d+\.\d+-\d+)[./-]"),),
    ),
    Classifier(
        "percona-xtradb-cluster",
        "percona:xtradb_cluster",
        _MYSQL,
        (Text(b"/Percona-XtraDB-Cluster-", rb"/Percona-XtraDB-Cluster-(?P<version>\d+\.\d+\.\d+(?:-\d+)?)[./-]"),),
    ),
    Classifier(
        "percona-xtrabackup",
        "percona:xtrabackup",
        (r"xtrabackup",),
        (Text(b"/percona-xtrabackup-", rb"/percona-xtrabackup-(?P<version>\d+\.\d+\.\d+(?:-\d+)?)[./-]"),),
    ),
    Classifier(
        "mongodb",
        "mongodb:mongodb",
        (r"mongod(?:\.exe)?", r"mongos(?:\.exe)?"),
        (
            Text(b"\0tcmalloc\0mozjs\0", rb"\0(?P<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0tcmalloc\0"),
            Text(b"\0heap_size\0", rb"\0(?P<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0heap_size\0"),
            Text(b"\0cppdefines\0", rb"\0(?P<version>\d+\.\d+\.\d+(?:-rc\d+)?)\0cppdefines\0"),
        ),
    ),
    Classifier(
        "sqlite",
        "sqlite:sqlite",
        (r"sqlite3?", r"libsqlite3[\w-]*\.(?:so|dylib)[\d.]*"),
        (
            Text(
                b"3.",
                rb"(?<![\w.-])(?P<version>3\.\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)\0",
                only=True,
                needs=b"SQLite format 3",
            ),
        ),
        unless=(b"sqlcipher_",),
    ),
    Classifier(
        "sqlcipher",
        "zetetic:sqlcipher",
        (r"sqlcipher", r"libsqlcipher[\w-]*\.so[\d.]*"),
        (Text(b"\0community\0", rb"\0community\0(?P<version>\d+\.\d+\.\d+)\0"),),
    ),
    Classifier(
        "arangodb",
        "arangodb:arangodb",
        (r"arangosh", r"arangod"),
        (Text(b" [linux]\0", rb"\0(?P<version>\d+\.\d+\.\d+(?:-\d+)?)(?: enterprise)? \[linux\]\0"),),
    ),
)
