"""Coordinates of archives as Maven Central has them: manifests are quoted from the archives themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.catalog._java_identity import Coordinates, Evidence, identify, split, valid
from pratique.catalog._java_manifest import Attributes


def identified(
    stem: str,
    manifest: str = "",
    poms: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    folders: tuple[tuple[str, str], ...] = (),
) -> list[str]:
    said = tuple(Coordinates(*pom.split(":")) for pom in poms)
    evidence = Evidence(stem, Attributes(manifest.encode()), said, folders, [name.encode() for name in names])
    return [f"{one.group}:{one.artifact}:{one.version}" for one in identify(evidence)]


@pytest.mark.parametrize(
    ("stem", "artifact", "version"),
    [
        ("log4j-core-2.14.1", "log4j-core", "2.14.1"),
        ("log4j-1.2-api-2.14.1", "log4j-1.2-api", "2.14.1"),
        ("guava-28.0-jre", "guava", "28.0-jre"),
        ("commons-lang3-3.4", "commons-lang3", "3.4"),
        ("bcprov-jdk15on-1.55", "bcprov-jdk15on", "1.55"),
        ("kafka_2.13-2.8.0", "kafka_2.13", "2.8.0"),
        ("spring-core-5.2.0.RELEASE", "spring-core", "5.2.0.RELEASE"),
        ("listenablefuture-9999.0-empty-to-avoid-conflict-with-guava", "listenablefuture",
         "9999.0-empty-to-avoid-conflict-with-guava"),
        ("jython-standalone-2.7-b2", "jython-standalone", "2.7-b2"),
        ("maven-core-3.0-beta-1", "maven-core", "3.0-beta-1"),
        ("app-1.0-SNAPSHOT", "app", "1.0-SNAPSHOT"),
        ("app-1.0-20200101.123456-7", "app", "1.0-20200101.123456-7"),
        ("netty-transport-native-epoll-4.1.63.Final-linux-x86_64", "netty-transport-native-epoll", "4.1.63.Final"),
        ("app-1.0-sources", "app", "1.0"),
        ("testng-5.14.10-jdk15", "testng", "5.14.10"),
        ("kotlin-stdlib-jdk8-1.8.22", "kotlin-stdlib-jdk8", "1.8.22"),
        ("kotlin-stdlib-jdk8", "kotlin-stdlib-jdk8", ""),
        ("jffi-1.3.9-native", "jffi", "1.3.9"),
        ("app-1.0-jar-with-dependencies", "app", "1.0"),
        ("org.eclipse.jetty.util_9.4.40.v20210413", "org.eclipse.jetty.util", "9.4.40.v20210413"),
        ("rt", "rt", ""),
        ("jrt-fs", "jrt-fs", ""),
        ("-1.0", "-1.0", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_file(stem: str, artifact: str, version: str) -> None:
    assert split(stem) == (artifact, version)


def test_a_version_that_the_archive_names_settles_where_it_begins() -> None:
    assert split("a-1-2-3", ["", "2-3"]) == ("a-1", "2-3")


def test_a_pom_is_the_archive_itself() -> None:
    assert identified("log4j-core-2.14.1", poms=("org.apache.logging.log4j:log4j-core:2.14.1",)) == [
        "org.apache.logging.log4j:log4j-core:2.14.1"
    ]


def test_a_renamed_archive_is_its_only_pom() -> None:
    assert identified("app", "Implementation-Version: 9\n", poms=("g:a:1",)) == ["g:a:1"]


def test_a_descriptor_that_lacks_for_which_java_the_archive_is() -> None:
    pom = "com.microsoft.sqlserver:mssql-jdbc:12.8.1"
    assert identified("mssql-jdbc-12.8.1.jre11", poms=(pom,)) == [f"{pom}.jre11"]
    for stem in ("mssql-jdbc-12.8.1.2", "mssql-jdbc-12.8.1", "mssql-jdbc", "app"):
        assert identified(stem, poms=(pom,)) == [pom]


def test_a_shaded_archive_is_itself_and_what_is_in_it() -> None:
    poms = (
        "com.ongres.scram:client:1.0.0-beta.2",
        "org.postgresql:postgresql:42.2.5",
        "com.ongres.scram:common:1.0.0-beta.2",
    )
    assert sorted(identified("postgresql-42.2.5", poms=poms)) == sorted(poms)


def test_what_is_shaded_does_not_hide_the_archive() -> None:
    manifest = "Implementation-Vendor-Id: org.example\nImplementation-Version: 2.0\n"
    assert identified("own-2.0", manifest, poms=("g:other:1.0",)) == ["org.example:own:2.0", "g:other:1.0"]


def test_a_pom_that_stands_twice_is_one_package() -> None:
    assert identified("a-1", poms=("g:a:1", "g:a:1", "g:b:1")) == ["g:a:1", "g:b:1"]


@pytest.mark.parametrize(
    ("stem", "manifest", "folder", "coordinates"),
    [
        ("spring-core-5.2.0.RELEASE", "Implementation-Title: spring-core\nImplementation-Version: 5.2.0.RELEASE",
         "org/springframework/core/SpringVersion.class", "org.springframework:spring-core:5.2.0.RELEASE"),
        ("spring-boot-2.4.0", "", "org/springframework/boot/SpringApplication.class",
         "org.springframework.boot:spring-boot:2.4.0"),
        ("tomcat-embed-core-9.0.20", "Bundle-SymbolicName: TOMCAT_9_0_20\nBundle-Version: 0",
         "org/apache/catalina/Host.class", "org.apache.tomcat.embed:tomcat-embed-core:9.0.20"),
        ("catalina", "Implementation-Title: Apache Tomcat\nImplementation-Version: 9.0.45",
         "org/apache/catalina/Host.class",
         "org.apache.tomcat:tomcat-catalina:9.0.45"),
        ("catalina-tribes", "Implementation-Version: 8.5.5", "org/apache/catalina/tribes/A.class",
         "org.apache.tomcat:tomcat-tribes:8.5.5"),
        ("el-api", "Bundle-SymbolicName: org.apache.tomcat-el-api\nBundle-Version: 9.0.95", "javax/el/A.class",
         "org.apache.tomcat:tomcat-el-api:9.0.95"),
        ("jetty-servlet-api-4.0.6", "", "javax/servlet/A.class", "org.eclipse.jetty.toolchain:jetty-servlet-api:4.0.6"),
        ("mysql-connector-java-8.0.15", "Implementation-Vendor-Id: com.mysql\nBundle-SymbolicName: com.mysql.cj",
         "com/mysql/cj/jdbc/Driver.class", "mysql:mysql-connector-java:8.0.15"),
        ("bcprov-jdk15on-1.55", "Bundle-SymbolicName: bcprov\nImplementation-Version: 1.55.0",
         "org/bouncycastle/LICENSE.class", "org.bouncycastle:bcprov-jdk15on:1.55"),
        ("dom4j-1.6.1", "Implementation-Title: org.dom4j", "org/dom4j/Node.class", "dom4j:dom4j:1.6.1"),
        ("dom4j-2.1.3", "", "org/dom4j/Node.class", "org.dom4j:dom4j:2.1.3"),
        ("groovy-3.0.8", "", "org/codehaus/groovy/A.class", "org.codehaus.groovy:groovy:3.0.8"),
        ("groovy-4.0.2", "", "org/codehaus/groovy/A.class", "org.apache.groovy:groovy:4.0.2"),
        ("akka-actor_2.13-2.6.14", "Implementation-Vendor-Id: com.typesafe.akka", "akka/Akka.class",
         "com.typesafe.akka:akka-actor_2.13:2.6.14"),
        ("protobuf-java-3.25.5", "Bundle-SymbolicName: com.google.protobuf", "com/google/protobuf/Any.class",
         "com.google.protobuf:protobuf-java:3.25.5"),
        ("elasticsearch-rest-client-7.17.24", "Implementation-Title: org.elasticsearch.client#rest;7.17.24",
         "org/elasticsearch/client/Node.class", "org.elasticsearch.client:elasticsearch-rest-client:7.17.24"),
        ("lang-mustache-client-7.17.24", "", "org/elasticsearch/script/mustache/A.class",
         "org.elasticsearch.plugin:lang-mustache-client:7.17.24"),
        ("opentelemetry-semconv-1.25.0-alpha", "", "io/opentelemetry/semconv/A.class",
         "io.opentelemetry.semconv:opentelemetry-semconv:1.25.0-alpha"),
        ("groovy-json-4.0.23", "", "groovy/json/JsonSlurper.class", "org.apache.groovy:groovy-json:4.0.23"),
        ("hibernate-graalvm-6.6.0.Final", "Implementation-Vendor-Id: org.hibernate", "org/hibernate/graalvm/A.class",
         "org.hibernate.orm:hibernate-graalvm:6.6.0.Final"),
        ("json-lib-2.4-jdk15", "", "net/sf/json/JSON.class", "net.sf.json-lib:json-lib:2.4"),
        ("apache-cassandra-4.1.6", "", "org/apache/cassandra/auth/A.class", "org.apache.cassandra:cassandra-all:4.1.6"),
        ("conductor-core-3.15.0", "Implementation-Title: com.netflix.conductor#conductor-core;3.15.0",
         "com/netflix/conductor/A.class", "com.netflix.conductor:conductor-core:3.15.0"),
        ("git", "Group-Id: org.jenkins-ci.plugins\nShort-Name: git\nPlugin-Version: 4.8.1", "hudson/A.class",
         "org.jenkins-ci.plugins:git:4.8.1"),
    ],
)  # fmt: skip
def test_archives_that_maven_did_not_build(stem: str, manifest: str, folder: str, coordinates: str) -> None:
    assert identified(stem, manifest, names=("META-INF/MANIFEST.MF", folder)) == [coordinates]


@pytest.mark.parametrize(
    ("stem", "manifest", "names"),
    [
        ("spring-core-5.2.0.RELEASE", "", ("com/example/NotSpring.class",)),
        ("apache-cassandra-4.1.6", "", ("com/example/NotCassandra.class",)),
        ("groovy-cps-1.31", "", ("META-INF/MANIFEST.MF", "com/cloudbees/groovy/cps/A.class")),
        ("unheard-of-1.0", "Implementation-Title: Harbour #1; the best", ()),
        ("unheard-of-1.0", "Bundle-SymbolicName: org.example.unheard-of", ()),
        ("unheard-of-1.0", "Implementation-Vendor-Id: The Example Company", ()),
        ("unheard-of-1.0", "Implementation-Vendor-Id: org.apache", ()),
        ("unheard-of-1.0", "Automatic-Module-Name: org.example.unheard", ()),
    ],
)
def test_a_group_is_not_guessed(stem: str, manifest: str, names: tuple[str, ...]) -> None:
    (found,) = identified(stem, manifest, names=names)
    assert found.startswith(":")


def test_the_folder_of_a_pom_xml_names_the_group() -> None:
    assert identified("a-1.0", folders=(("g.x", "b"), ("g.y", "a"))) == ["g.y:a:1.0"]


def test_an_archive_without_a_name_of_its_own() -> None:
    assert identified("app") == [":app:"]
    assert identified("app", poms=("g:a:1", "g:b:2")) == ["g:a:1", "g:b:2"]


def test_what_is_no_coordinate() -> None:
    assert valid("g", "${artifactId}", "1") is None
    assert valid("g", "", "1") is None
    assert valid("${groupId}", "a", "${project.version}") == Coordinates("", "a", "")
    assert valid("g/..", "a", "1\n2") == Coordinates("", "a", "")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=60))
def test_any_text_is_identified(stem: str, manifest: str) -> None:
    assert len(identified(stem, manifest)) <= 1


@pytest.mark.parametrize(
    ("stem", "place"),
    [
        ("a-1" * 1300, 1),
        ("-1a" * 1300, 3),
        ("a-1-b" * 800, 1),
        ("a_1." * 1000, 4000),
        ("-a-b" * 1000 + "-1.2", 4000),
        ("-" * 4000, 4000),
    ],
)
def test_a_name_of_4000_characters_is_split_once(stem: str, place: int) -> None:
    assert split(stem) == (stem[:place], stem[place + 1 :])
