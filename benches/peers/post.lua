-- wrk -s post.lua URL -- PASSED DENIED EVERY CONNECTION
-- Posts the file PASSED, and DENIED as each EVERY-th event (0: never); CONNECTION is "keep-alive" or "close".
-- The last line of output is the result as JSON, times in microseconds.

local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

local passed, denied, every
local sent = 0

function init(args)
  local headers = {
    ["Accept"] = "*/*; q=0.5, application/xml",
    ["Connection"] = args[4],
    ["Content-Type"] = "application/json; charset=utf-8",
    ["Stripe-Signature"] = "t=1573029053,v1=8c1f0e0b1a9d4c7b52c1f4f6f0d6a3c19be2a7d05f6e48c3b1a0d9e8f7c6b5a4",
    ["User-Agent"] = "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
  }
  passed = wrk.format("POST", "/webhook", headers, read(args[1]))
  denied = wrk.format("POST", "/webhook", headers, read(args[2]))
  every = tonumber(args[3])
end

function request()
  sent = sent + 1
  if every > 0 and sent % every == 0 then
    return denied
  end
  return passed
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"events": %d, "rate": %.1f, "p50": %d, "p99": %d, "errors": %d}\n',
    summary.requests,
    summary.requests / summary.duration * 1e6,
    latency:percentile(50),
    latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
