"""An artifact's id and the folders of its archive in, the group id under which Maven Central has it out.

Some projects publish archives that name no group (they are not built by Maven). Each row is a fact of Maven Central:
artifact id, a ``*`` stands for any text; a folder that the archive must hold, so that a namesake is not taken for it;
group id; the first release under another group, () where there is none. Rows hold in order. https://central.sonatype.org/publish/requirements/coordinates/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import methodcaller

_NUMBER = re.compile(r"[0-9]{1,9}")
_SPRING = "org/springframework/"

_ROWS: tuple[tuple[str, str, str, tuple[int, ...]], ...] = (
    ("spring-boot-starter*", "META-INF/", "org.springframework.boot", ()),
    ("spring-boot*", _SPRING + "boot/", "org.springframework.boot", ()),
    ("spring-security-oauth", _SPRING + "security/oauth/", "org.springframework.security.oauth", ()),
    ("spring-security-oauth2", _SPRING + "security/oauth2/", "org.springframework.security.oauth", ()),
    ("spring-security-*", _SPRING + "security/", "org.springframework.security", ()),
    ("spring-data-*", _SPRING + "data/", "org.springframework.data", ()),
    ("spring-session-*", _SPRING + "session/", "org.springframework.session", ()),
    ("spring-integration-*", _SPRING + "integration/", "org.springframework.integration", ()),
    ("spring-batch-*", _SPRING + "batch/", "org.springframework.batch", ()),
    ("spring-kafka*", _SPRING + "kafka/", "org.springframework.kafka", ()),
    ("spring-amqp", _SPRING + "amqp/", "org.springframework.amqp", ()),
    ("spring-rabbit*", _SPRING + "amqp/rabbit/", "org.springframework.amqp", ()),
    ("spring-cloud-*", _SPRING + "cloud/", "org.springframework.cloud", ()),
    ("spring-ldap-*", _SPRING + "ldap/", "org.springframework.ldap", ()),
    ("spring-hateoas", _SPRING + "hateoas/", "org.springframework.hateoas", ()),
    ("spring-retry", _SPRING + "retry/", "org.springframework.retry", ()),
    ("spring-ws-*", _SPRING + "ws/", "org.springframework.ws", ()),
    ("spring-xml", _SPRING + "xml/", "org.springframework.ws", ()),
    ("spring-restdocs-*", _SPRING + "restdocs/", "org.springframework.restdocs", ()),
    ("spring-graphql*", _SPRING + "graphql/", "org.springframework.graphql", ()),
    ("spring-aop", _SPRING + "aop/", "org.springframework", ()),
    ("spring-aspects", _SPRING, "org.springframework", ()),
    ("spring-beans", _SPRING + "beans/", "org.springframework", ()),
    ("spring-context*", _SPRING, "org.springframework", ()),
    ("spring-core*", _SPRING + "core/", "org.springframework", ()),
    ("spring-expression", _SPRING + "expression/", "org.springframework", ()),
    ("spring-instrument", _SPRING + "instrument/", "org.springframework", ()),
    ("spring-jcl", "org/apache/commons/logging/", "org.springframework", ()),
    ("spring-jdbc", _SPRING + "jdbc/", "org.springframework", ()),
    ("spring-jms", _SPRING + "jms/", "org.springframework", ()),
    ("spring-messaging", _SPRING + "messaging/", "org.springframework", ()),
    ("spring-orm", _SPRING + "orm/", "org.springframework", ()),
    ("spring-oxm", _SPRING + "oxm/", "org.springframework", ()),
    ("spring-r2dbc", _SPRING + "r2dbc/", "org.springframework", ()),
    ("spring-test", _SPRING + "test/", "org.springframework", ()),
    ("spring-tx", _SPRING + "transaction/", "org.springframework", ()),
    ("spring-web", _SPRING + "web/", "org.springframework", ()),
    ("spring-webflux", _SPRING + "web/", "org.springframework", ()),
    ("spring-webmvc*", _SPRING + "web/", "org.springframework", ()),
    ("spring-websocket", _SPRING + "web/socket/", "org.springframework", ()),
    ("tomcat-embed-*", "org/apache/", "org.apache.tomcat.embed", ()),
    ("tomcat-juli", "org/apache/juli/", "org.apache.tomcat", ()),
    ("tomcat-*", "org/apache/", "org.apache.tomcat", ()),
    ("tomcat-*-api", "jakarta/", "org.apache.tomcat", ()),
    ("tomcat-*-api", "javax/", "org.apache.tomcat", ()),
    ("mysql-connector-java", "com/mysql/", "mysql", ()),
    ("mysql-connector-j", "com/mysql/", "com.mysql", ()),
    ("bcprov-*", "org/bouncycastle/", "org.bouncycastle", ()),
    ("bcpkix-*", "org/bouncycastle/", "org.bouncycastle", ()),
    ("bcpg-*", "org/bouncycastle/", "org.bouncycastle", ()),
    ("bcmail-*", "org/bouncycastle/", "org.bouncycastle", ()),
    ("bctls-*", "org/bouncycastle/", "org.bouncycastle", ()),
    ("bcutil-*", "org/bouncycastle/", "org.bouncycastle", ()),
    ("h2", "org/h2/", "com.h2database", ()),
    ("freemarker", "freemarker/", "org.freemarker", ()),
    ("checker-qual", "org/checkerframework/", "org.checkerframework", ()),
    ("checker-compat-qual", "org/checkerframework/", "org.checkerframework", ()),
    ("xml-apis", "org/w3c/dom/", "xml-apis", ()),
    ("xmlpull", "org/xmlpull/", "xmlpull", ()),
    ("xpp3", "org/xmlpull/", "xpp3", ()),
    ("xpp3_min", "org/xmlpull/", "xpp3", ()),
    ("xercesImpl", "org/apache/xerces/", "xerces", ()),
    ("xalan", "org/apache/xalan/", "xalan", ()),
    ("serializer", "org/apache/xml/serializer/", "xalan", ()),
    ("poi*", "org/apache/poi/", "org.apache.poi", ()),
    ("xmlbeans", "org/apache/xmlbeans/", "org.apache.xmlbeans", ()),
    ("lucene-*", "org/apache/lucene/", "org.apache.lucene", ()),
    ("solr-*", "org/apache/solr/", "org.apache.solr", ()),
    ("kafka-*", "org/apache/kafka/", "org.apache.kafka", ()),
    ("kafka_*", "kafka/", "org.apache.kafka", ()),
    ("derby*", "org/apache/derby/", "org.apache.derby", ()),
    ("ant", "org/apache/tools/ant/", "org.apache.ant", ()),
    ("ant-*", "org/apache/tools/ant/", "org.apache.ant", ()),
    ("elasticsearch*", "org/elasticsearch/", "org.elasticsearch", ()),
    ("kotlin-*", "kotlin/", "org.jetbrains.kotlin", ()),
    ("okhttp*", "okhttp3/", "com.squareup.okhttp3", ()),
    ("okio*", "okio/", "com.squareup.okio", ()),
    ("retrofit", "retrofit2/", "com.squareup.retrofit2", ()),
    ("grpc-*", "io/grpc/", "io.grpc", ()),
    ("reactor-core", "reactor/core/", "io.projectreactor", ()),
    ("reactor-netty*", "reactor/netty/", "io.projectreactor.netty", ()),
    ("rxjava", "io/reactivex/rxjava3/", "io.reactivex.rxjava3", ()),
    ("rxjava", "io/reactivex/", "io.reactivex.rxjava2", ()),
    ("rxjava", "rx/", "io.reactivex", ()),
    ("micrometer-*", "io/micrometer/", "io.micrometer", ()),
    ("opentelemetry-*", "io/opentelemetry/", "io.opentelemetry", ()),
    ("graphql-java", "graphql/", "com.graphql-java", ()),
    ("aspectj*", "org/aspectj/", "org.aspectj", ()),
    ("c3p0", "com/mchange/", "com.mchange", ()),
    ("mchange-commons-java", "com/mchange/", "com.mchange", ()),
    ("opencsv", "com/opencsv/", "com.opencsv", ()),
    ("velocity", "org/apache/velocity/", "org.apache.velocity", ()),
    ("log4j", "org/apache/log4j/", "log4j", ()),
    ("commons-fileupload", "org/apache/commons/fileupload/", "commons-fileupload", ()),
    ("commons-collections", "org/apache/commons/collections/", "commons-collections", ()),
    ("commons-beanutils", "org/apache/commons/beanutils/", "commons-beanutils", ()),
    ("commons-logging", "org/apache/commons/logging/", "commons-logging", ()),
    ("commons-lang", "org/apache/commons/lang/", "commons-lang", ()),
    ("axis", "org/apache/axis/", "axis", ()),
    ("jython*", "org/python/", "org.python", ()),
    ("antlr", "antlr/", "antlr", ()),
    ("jsch", "com/jcraft/jsch/", "com.jcraft", ()),
    ("asm", "org/objectweb/asm/", "asm", (4,)),
    ("asm-*", "org/objectweb/asm/", "asm", (4,)),
    ("asm", "org/objectweb/asm/", "org.ow2.asm", ()),
    ("asm-*", "org/objectweb/asm/", "org.ow2.asm", ()),
    ("batik-*", "org/apache/batik/", "batik", (1, 7)),
    ("batik-*", "org/apache/batik/", "org.apache.xmlgraphics", ()),
    ("groovy*", "org/codehaus/groovy/", "org.codehaus.groovy", (4,)),
    ("groovy*", "org/codehaus/groovy/", "org.apache.groovy", ()),
    ("dom4j", "org/dom4j/", "dom4j", (2,)),
    ("dom4j", "org/dom4j/", "org.dom4j", ()),
    ("hibernate", "net/sf/hibernate/", "hibernate", ()),
    ("hibernate-*", "org/hibernate/", "org.hibernate", (6,)),
    ("hibernate-core", "org/hibernate/", "org.hibernate.orm", ()),
    ("aopalliance", "org/aopalliance/", "aopalliance", ()),
    ("backport-util-concurrent", "edu/emory/mathcs/", "backport-util-concurrent", ()),
    ("classworlds", "org/codehaus/classworlds/", "classworlds", ()),
    ("jsr305", "javax/annotation/", "com.google.code.findbugs", ()),
    ("guice", "com/google/inject/", "com.google.inject", ()),
    ("guice-*", "com/google/inject/", "com.google.inject.extensions", ()),
    ("ojdbc*", "oracle/jdbc/", "com.oracle.database.jdbc", ()),
    ("commons-cli", "org/apache/commons/cli/", "commons-cli", ()),
    ("commons-digester", "org/apache/commons/digester/", "commons-digester", ()),
    ("commons-httpclient", "org/apache/commons/httpclient/", "commons-httpclient", ()),
    ("commons-validator", "org/apache/commons/validator/", "commons-validator", ()),
    ("commons-codec", "org/apache/commons/codec/", "commons-codec", ()),
    ("commons-io", "org/apache/commons/io/", "commons-io", ()),
    ("commons-net", "org/apache/commons/net/", "commons-net", ()),
    ("commons-dbcp", "org/apache/commons/dbcp/", "commons-dbcp", ()),
    ("commons-pool", "org/apache/commons/pool/", "commons-pool", ()),
    ("commons-discovery", "org/apache/commons/discovery/", "commons-discovery", ()),
    ("commons-logging-api", "org/apache/commons/logging/", "commons-logging", ()),
    ("jsr250-api", "javax/annotation/", "javax.annotation", ()),
    ("javax.inject", "javax/inject/", "javax.inject", ()),
    ("junit", "junit/framework/", "junit", ()),
    ("jna", "com/sun/jna/", "net.java.dev.jna", ()),
    ("jna-platform", "com/sun/jna/", "net.java.dev.jna", ()),
    ("Saxon-HE", "net/sf/saxon/", "net.sf.saxon", ()),
    ("bsh", "bsh/", "org.beanshell", (2, 0, 5)),
    ("bsh", "bsh/", "org.apache-extras.beanshell", ()),
    ("libthrift", "org/apache/thrift/", "org.apache.thrift", ()),
    ("jackson-*-asl", "org/codehaus/jackson/", "org.codehaus.jackson", ()),
    ("hamcrest*", "org/hamcrest/", "org.hamcrest", ()),
    ("jdom", "org/jdom/", "org.jdom", ()),
    ("jdom2", "org/jdom2/", "org.jdom", ()),
    ("junit-jupiter-*", "org/junit/jupiter/", "org.junit.jupiter", ()),
    ("junit-platform-*", "org/junit/platform/", "org.junit.platform", ()),
    ("junit-vintage-*", "org/junit/vintage/", "org.junit.vintage", ()),
    ("lz4-java", "net/jpountz/", "org.lz4", ()),
    ("snappy-java", "org/xerial/snappy/", "org.xerial.snappy", ()),
    ("xz", "org/tukaani/xz/", "org.tukaani", ()),
    ("thymeleaf", "org/thymeleaf/", "org.thymeleaf", ()),
    ("oro", "org/apache/oro/", "oro", ()),
    ("js", "org/mozilla/javascript/", "rhino", ()),
    ("rhino", "org/mozilla/javascript/", "org.mozilla", ()),
    ("stax-api", "javax/xml/stream/", "stax", ()),
    ("caffeine", "com/github/benmanes/caffeine/", "com.github.ben-manes.caffeine", ()),
    ("ivy", "org/apache/ivy/", "org.apache.ivy", ()),
    ("zookeeper", "org/apache/zookeeper/", "org.apache.zookeeper", ()),
    ("xmlrpc", "org/apache/xmlrpc/", "xmlrpc", (3,)),
    ("hsqldb", "org/hsqldb/", "org.hsqldb", ()),
    ("mockito-*", "org/mockito/", "org.mockito", ()),
    ("scala-library", "scala/", "org.scala-lang", ()),
    ("scala-reflect", "scala/reflect/", "org.scala-lang", ()),
    ("scala-compiler", "scala/tools/", "org.scala-lang", ()),
    ("scala3-library_3", "scala/", "org.scala-lang", ()),
    ("org.eclipse.sisu.*", "org/eclipse/sisu/", "org.eclipse.sisu", ()),
    ("sisu-guice", "com/google/inject/", "org.sonatype.sisu", ()),
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


def known(artifact: str, version: str, names: Sequence[bytes]) -> tuple[str, str]:
    """(artifact id, group id) as Maven Central has it; group "" where the table does not tell. ``names`` are the
    archive's members."""
    renamed = _TOMCAT.get(artifact)
    if renamed and any(name.startswith(_TOMCAT_FOLDERS) for name in names):
        return renamed, "org.apache.tomcat"
    release = _release(version)
    for pattern, folder, group, moved in _ROWS:
        start, star, end = pattern.partition("*")
        if artifact != pattern and not (star and artifact.startswith(start) and artifact.endswith(end)):
            continue
        if (not moved or release < moved) and any(map(methodcaller("startswith", folder.encode()), names)):
            return artifact, group
    return artifact, ""


def _release(version: str) -> tuple[int, ...]:
    """The first three numbers of a version."""
    return tuple(int(number) for number in _NUMBER.findall(version)[:3])
