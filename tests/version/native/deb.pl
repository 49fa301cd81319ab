# Reads "a<TAB>b" lines, writes the relation of a to b by Dpkg::Version, or "!" where one is no version.
use strict;
use warnings;
use Dpkg::Version;

while (my $line = <STDIN>) {
    chomp $line;
    my ($left, $right) = map { Dpkg::Version->new($_, check => 1) } split /\t/, $line, -1;
    print defined $left && defined $right ? ('<', '=', '>')[1 + ($left <=> $right)] : '!', "\n";
}
