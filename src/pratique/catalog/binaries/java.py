"""Java virtual machines, by their launchers and libraries: images drop the file ``release``, which tells more."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text
from pratique.catalog._cpe import java_cpe_name

_FILES = (r"java(?:\.exe)?", r"javac(?:\.exe)?", r"jdb(?:\.exe)?")
_LIBRARY = (r"libjvm\.(?:so|dylib)", r"jvm\.dll")
_NUMBER = rb"(?P<version>\d+(?:\.\d+)*(?:_\d+)?)"
_PLAIN = rb"(?![^\0)]*-jvmci)" + _NUMBER + rb"(?:[+-][\w.+-]*)?"
_GRAAL = _NUMBER + rb"\+[\w.]+-jvmci-[\w.-]+"
# The machine's own version is another one up to Java 8: "VM (25.352-b08) for linux-amd64 JRE (1.8.0_352-b08), built"
_JRE = rb" VM \([^\0)]{1,80}\) for [\w-]{1,40} JRE \("
_NAME = rb"(?:java|javac|jdb)\0+"
_DOT = rb"(?:0\.0|1\.\d)\0+"

CLASSIFIERS = (
    Classifier(
        "graalvm",
        "oracle:graalvm_for_jdk",
        _FILES,
        (Text(b"-jvmci-", rb"\0" + _GRAAL + rb"\0"),),
        cpe=java_cpe_name,
    ),
    Classifier(
        "graalvm",
        "oracle:graalvm_for_jdk",
        _LIBRARY,
        (Text(b" JRE (", _JRE + _GRAAL + rb"\)"),),
        cpe=java_cpe_name,
    ),
    Classifier(
        "openjdk",
        "oracle:openjdk",
        _FILES,
        (
            Text(b"\0openjdk\0", rb"\0openjdk\0+" + _NAME + _DOT + _PLAIN + rb"\0"),
            Text(b"\0openjdk\0", rb"\0" + _DOT + _PLAIN + rb"\0+openjdk\0"),
        ),
        cpe=java_cpe_name,
    ),
    Classifier(
        "openjdk",
        "oracle:openjdk",
        _LIBRARY,
        (Text(b"OpenJDK 64-Bit Server VM (", _JRE + _PLAIN + rb"\)"),),
        cpe=java_cpe_name,
    ),
    Classifier(
        "jdk",
        "oracle:jdk",
        _FILES,
        (
            Text(b"\x001.8\0", rb"\0" + _NAME + rb"1\.8\0+" + _PLAIN + rb"\0"),
            Text(b"\x000.0\0", rb"\0" + _NAME + _DOT + _PLAIN + rb"\0"),
            Text(b"\x000.0\0", rb"\0" + _PLAIN + rb"\0+0\.0\0+" + _NAME),
        ),
        unless=(b"\0openjdk\0",),
        cpe=java_cpe_name,
    ),
    Classifier(
        "jdk",
        "oracle:jdk",
        _LIBRARY,
        (Text(b"Java HotSpot(TM) 64-Bit Server VM (", _JRE + _PLAIN + rb"\)"),),
        cpe=java_cpe_name,
    ),
)
