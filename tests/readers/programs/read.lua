-- lua-cjson.
local cjson = require "cjson"
for line in io.lines() do
  local key, hex = line:match("([^\t]*)\t(%x*)")
  local body = hex:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)
  local read, json = pcall(cjson.decode, body)
  local value = read and type(json) == "table" and json[key]
  if not read then print("error")
  elseif value == nil or value == false then print("nothing")
  elseif type(value) ~= "string" then print("other")
  else print("string " .. value:gsub(".", function(char) return ("%02x"):format(char:byte()) end))
  end
  io.flush()
end
