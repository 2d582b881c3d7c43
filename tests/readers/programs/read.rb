# The library named by the argument: json or oj.
require ARGV[0]

$stdout.sync = true
$stdin.each_line do |line|
  key, hex = line.chomp.split("\t")
  begin
    body = [hex].pack("H*").force_encoding("UTF-8")
    json = ARGV[0] == "oj" ? Oj.load(body, mode: :compat) : JSON.parse(body)
    value = json[key] if json.is_a?(Hash)
    if !json.is_a?(Hash) || !json.key?(key) then puts "nothing"
    elsif !value.is_a?(String) then puts "other"
    else puts "string " + value.b.unpack1("H*")
    end
  rescue StandardError
    puts "error"
  end
end
