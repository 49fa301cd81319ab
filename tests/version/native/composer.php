<?php
// Reads "a<TAB>b" lines, writes the relation of a to b by composer/semver, or "!" where one is no version.
require 'Composer/Semver/autoload.php';

$parser = new Composer\Semver\VersionParser();
while (($line = fgets(STDIN)) !== false) {
    try {
        [$left, $right] = array_map([$parser, 'normalize'], explode("\t", rtrim($line, "\n")));
        echo '<=>'[1 + version_compare($left, $right)], "\n";
    } catch (UnexpectedValueException $error) {
        echo "!\n";
    }
}
