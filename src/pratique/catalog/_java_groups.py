"""An artifact's id and the folders of its archive in, the group id under which Maven Central has it out.

Some projects publish archives that name no group (they are not built by Maven). Each row is a fact of Maven Central:
artifact id, or its beginning with a ``*``; a folder that the archive must hold, so that a namesake is not taken for it;
group id. Rows hold in order. https://central.sonatype.org/publish/requirements/coordinates/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import methodcaller

_SPRING = "org/springframework/"

_ROWS: tuple[tuple[str, str, str], ...] = (
    ("spring-boot*", _SPRING + "boot/", "org.springframework.boot"),
    ("spring-security-oauth", _SPRING + "security/oauth/", "org.springframework.security.oauth"),
    ("spring-security-oauth2", _SPRING + "security/oauth2/", "org.springframework.security.oauth"),
    ("spring-security-*", _SPRING + "security/", "org.springframework.security"),
    ("spring-data-*", _SPRING + "data/", "org.springframework.data"),
    ("spring-session-*", _SPRING + "session/", "org.springframework.session"),
    ("spring-integration-*", _SPRING + "integration/", "org.springframework.integration"),
    ("spring-batch-*", _SPRING + "batch/", "org.springframework.batch"),
    ("spring-kafka*", _SPRING + "kafka/", "org.springframework.kafka"),
    ("spring-amqp", _SPRING + "amqp/", "org.springframework.amqp"),
    ("spring-rabbit*", _SPRING + "amqp/rabbit/", "org.springframework.amqp"),
    ("spring-cloud-*", _SPRING + "cloud/", "org.springframework.cloud"),
    ("spring-ldap-*", _SPRING + "ldap/", "org.springframework.ldap"),
    ("spring-hateoas", _SPRING + "hateoas/", "org.springframework.hateoas"),
    ("spring-retry", _SPRING + "retry/", "org.springframework.retry"),
    ("spring-ws-*", _SPRING + "ws/", "org.springframework.ws"),
    ("spring-xml", _SPRING + "xml/", "org.springframework.ws"),
    ("spring-restdocs-*", _SPRING + "restdocs/", "org.springframework.restdocs"),
    ("spring-graphql*", _SPRING + "graphql/", "org.springframework.graphql"),
    ("spring-aop", _SPRING + "aop/", "org.springframework"),
    ("spring-aspects", _SPRING, "org.springframework"),
    ("spring-beans", _SPRING + "beans/", "org.springframework"),
    ("spring-context*", _SPRING, "org.springframework"),
    ("spring-core*", _SPRING + "core/", "org.springframework"),
    ("spring-expression", _SPRING + "expression/", "org.springframework"),
    ("spring-instrument", _SPRING + "instrument/", "org.springframework"),
    ("spring-jcl", "org/apache/commons/logging/", "org.springframework"),
    ("spring-jdbc", _SPRING + "jdbc/", "org.springframework"),
    ("spring-jms", _SPRING + "jms/", "org.springframework"),
    ("spring-messaging", _SPRING + "messaging/", "org.springframework"),
    ("spring-orm", _SPRING + "orm/", "org.springframework"),
    ("spring-oxm", _SPRING + "oxm/", "org.springframework"),
    ("spring-r2dbc", _SPRING + "r2dbc/", "org.springframework"),
    ("spring-test", _SPRING + "test/", "org.springframework"),
    ("spring-tx", _SPRING + "transaction/", "org.springframework"),
    ("spring-web", _SPRING + "web/", "org.springframework"),
    ("spring-webflux", _SPRING + "web/", "org.springframework"),
    ("spring-webmvc*", _SPRING + "web/", "org.springframework"),
    ("spring-websocket", _SPRING + "web/socket/", "org.springframework"),
    ("tomcat-embed-*", "org/apache/", "org.apache.tomcat.embed"),
    ("tomcat-juli", "org/apache/juli/", "org.apache.tomcat"),
    ("tomcat-*", "org/apache/", "org.apache.tomcat"),
    ("tomcat-*-api", "jakarta/", "org.apache.tomcat"),
    ("tomcat-*-api", "javax/", "org.apache.tomcat"),
    ("mysql-connector-java", "com/mysql/", "mysql"),
    ("mysql-connector-j", "com/mysql/", "com.mysql"),
    ("bcprov-*", "org/bouncycastle/", "org.bouncycastle"),
    ("bcpkix-*", "org/bouncycastle/", "org.bouncycastle"),
    ("bcpg-*", "org/bouncycastle/", "org.bouncycastle"),
    ("bcmail-*", "org/bouncycastle/", "org.bouncycastle"),
    ("bctls-*", "org/bouncycastle/", "org.bouncycastle"),
    ("bcutil-*", "org/bouncycastle/", "org.bouncycastle"),
    ("h2", "org/h2/", "com.h2database"),
    ("dom4j", "org/dom4j/", "dom4j"),
    ("freemarker", "freemarker/", "org.freemarker"),
    ("checker-qual", "org/checkerframework/", "org.checkerframework"),
    ("checker-compat-qual", "org/checkerframework/", "org.checkerframework"),
    ("xml-apis", "org/w3c/dom/", "xml-apis"),
    ("xmlpull", "org/xmlpull/", "xmlpull"),
    ("xpp3", "org/xmlpull/", "xpp3"),
    ("xpp3_min", "org/xmlpull/", "xpp3"),
    ("xercesImpl", "org/apache/xerces/", "xerces"),
    ("xalan", "org/apache/xalan/", "xalan"),
    ("serializer", "org/apache/xml/serializer/", "xalan"),
    ("poi*", "org/apache/poi/", "org.apache.poi"),
    ("xmlbeans", "org/apache/xmlbeans/", "org.apache.xmlbeans"),
    ("lucene-*", "org/apache/lucene/", "org.apache.lucene"),
    ("solr-*", "org/apache/solr/", "org.apache.solr"),
    ("kafka-*", "org/apache/kafka/", "org.apache.kafka"),
    ("kafka_*", "kafka/", "org.apache.kafka"),
    ("groovy*", "org/codehaus/groovy/", "org.codehaus.groovy"),
    ("derby*", "org/apache/derby/", "org.apache.derby"),
    ("batik-*", "org/apache/batik/", "org.apache.xmlgraphics"),
    ("ant", "org/apache/tools/ant/", "org.apache.ant"),
    ("ant-*", "org/apache/tools/ant/", "org.apache.ant"),
    ("elasticsearch*", "org/elasticsearch/", "org.elasticsearch"),
    ("kotlin-*", "kotlin/", "org.jetbrains.kotlin"),
    ("okhttp*", "okhttp3/", "com.squareup.okhttp3"),
    ("okio*", "okio/", "com.squareup.okio"),
    ("retrofit", "retrofit2/", "com.squareup.retrofit2"),
    ("grpc-*", "io/grpc/", "io.grpc"),
    ("reactor-core", "reactor/core/", "io.projectreactor"),
    ("reactor-netty*", "reactor/netty/", "io.projectreactor.netty"),
    ("rxjava", "io/reactivex/rxjava3/", "io.reactivex.rxjava3"),
    ("rxjava", "io/reactivex/", "io.reactivex.rxjava2"),
    ("rxjava", "rx/", "io.reactivex"),
    ("micrometer-*", "io/micrometer/", "io.micrometer"),
    ("opentelemetry-*", "io/opentelemetry/", "io.opentelemetry"),
    ("graphql-java", "graphql/", "com.graphql-java"),
    ("aspectj*", "org/aspectj/", "org.aspectj"),
    ("c3p0", "com/mchange/", "com.mchange"),
    ("mchange-commons-java", "com/mchange/", "com.mchange"),
    ("opencsv", "com/opencsv/", "com.opencsv"),
    ("velocity", "org/apache/velocity/", "org.apache.velocity"),
    ("log4j", "org/apache/log4j/", "log4j"),
    ("commons-fileupload", "org/apache/commons/fileupload/", "commons-fileupload"),
    ("commons-collections", "org/apache/commons/collections/", "commons-collections"),
    ("commons-beanutils", "org/apache/commons/beanutils/", "commons-beanutils"),
    ("commons-logging", "org/apache/commons/logging/", "commons-logging"),
    ("commons-lang", "org/apache/commons/lang/", "commons-lang"),
    ("axis", "org/apache/axis/", "axis"),
    ("jython*", "org/python/", "org.python"),
    ("antlr", "antlr/", "antlr"),
    ("asm", "org/objectweb/asm/", "org.ow2.asm"),
    ("asm-*", "org/objectweb/asm/", "org.ow2.asm"),
    ("jsch", "com/jcraft/jsch/", "com.jcraft"),
)

# Tomcat's own distribution drops the prefix that Maven Central has (its build's res/maven/mvn-pub.xml).
_TOMCAT = {
    name: "tomcat-" + name
    for name in (
        "catalina",
        "catalina-ha",
        "catalina-tribes",
        "catalina-ant",
        "catalina-storeconfig",
        "jasper",
        "jasper-el",
    )
}
_TOMCAT_FOLDERS = (b"org/apache/catalina/", b"org/apache/jasper/", b"org/apache/el/")


def known(artifact: str, names: Sequence[bytes]) -> tuple[str, str]:
    """(artifact id, group id) as Maven Central has it; group "" where the table does not tell. ``names`` are the
    archive's members."""
    renamed = _TOMCAT.get(artifact)
    if renamed and any(name.startswith(_TOMCAT_FOLDERS) for name in names):
        return renamed, "org.apache.tomcat"
    for group, folder in _candidates(artifact):
        if any(map(methodcaller("startswith", folder.encode()), names)):
            return artifact, group
    return artifact, ""


def _candidates(artifact: str) -> Iterable[tuple[str, str]]:
    for pattern, folder, group in _ROWS:
        start, star, end = pattern.partition("*")
        if artifact == pattern or (star and artifact.startswith(start) and artifact.endswith(end)):
            yield group, folder
