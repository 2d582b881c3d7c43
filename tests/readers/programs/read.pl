# The module named by the argument: JSON::PP or Cpanel::JSON::XS.
use strict;
use warnings;

my $module = shift;
eval "require $module" or die $@;
$| = 1;
while (my $line = <STDIN>) {
    chomp $line;
    my ($key, $hex) = split /\t/, $line;
    my $json = eval { $module->new->utf8->decode(pack "H*", $hex) };
    if (!defined $json) { print "error\n" }
    elsif (ref $json ne "HASH" || !exists $json->{$key}) { print "nothing\n" }
    elsif (!defined $json->{$key} || ref $json->{$key}) { print "other\n" }
    else {
        my $text = $json->{$key};
        utf8::encode($text);
        print "string ", unpack("H*", $text), "\n";
    }
}
