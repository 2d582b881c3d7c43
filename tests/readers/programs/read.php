<?php
// json_decode into an array.
while (($line = fgets(STDIN)) !== false) {
    [$key, $hex] = explode("\t", rtrim($line, "\n"));
    $json = json_decode(hex2bin($hex), true);
    if ($json === null) echo "error\n";
    elseif (!is_array($json) || !array_key_exists($key, $json)) echo "nothing\n";
    elseif (!is_string($json[$key])) echo "other\n";
    else echo "string ", bin2hex($json[$key]), "\n";
}
