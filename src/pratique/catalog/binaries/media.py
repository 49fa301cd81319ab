"""Sound, pictures and user interfaces."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text

CLASSIFIERS = (
    Classifier(
        "ffmpeg",
        "ffmpeg:ffmpeg",
        (
            r"ffmpeg[\w.-]*",
            r"ffprobe[\w.-]*",
            r"libavcodec[\w-]*\.so[\d.]*",
            r"libavformat[\w-]*\.so[\d.]*",
            r"libavutil[\w-]*\.so[\d.]*",
            r"libavfilter[\w-]*\.so[\d.]*",
            r"libavdevice[\w-]*\.so[\d.]*",
            r"libswresample[\w-]*\.so[\d.]*",
            r"libswscale[\w-]*\.so[\d.]*",
            r"libpostproc[\w-]*\.so[\d.]*",
        ),
        (
            Text(b"FFmpeg version ", rb"FFmpeg version n?(?P<version>\d+\.\d+(?:\.\d+)?)[\0 -]"),
            Text(b"%s version ", rb"%s version n?(?P<version>\d+\.\d+(?:\.\d+)?)[\0 -]"),
        ),
    ),
    Classifier(
        "imagemagick",
        "imagemagick:imagemagick",
        (r"libMagickCore[\w.-]*\.so[\d.]*", r"magick", r"convert[\w.-]*", r"identify[\w.-]*", r"mogrify[\w.-]*"),
        (Text(b"ImageMagick ", rb"\0ImageMagick (?P<version>\d+\.\d+\.\d+-\d+)(?: \(Beta\))? "),),
    ),
    Classifier(
        "qtbase",
        "qt:qt",
        (r"libQt\dCore\.so[\d.]*", r"libQtCore\.so[\d.]*"),
        (
            Text(b"Qt ", rb"\0Qt (?P<version>\d+\.\d+\.\d+) \("),
            Text(b"QtCore library version ", rb"QtCore library version (?:Qt )?(?P<version>\d+\.\d+\.\d+)[\n\0 ]"),
        ),
    ),
)
