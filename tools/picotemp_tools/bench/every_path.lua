-- In: paths and what a good answer has in it, put in for the two dollar names.
-- Out: wrk asks for one path after the other and counts the answers that are not good.
local paths = { $paths }
local signs = { $signs }
local requests, threads, turn = {}, {}, 0

function setup(thread)
  table.insert(threads, thread)
end

function init()
  bad = 0
  for i, path in ipairs(paths) do
    requests[i] = wrk.format("GET", path)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function response(status, headers, body)
  for _, sign in ipairs(signs) do
    if status ~= 200 or not body:find(sign, 1, true) then
      bad = bad + 1
    end
  end
end

function done()
  for _, thread in ipairs(threads) do
    if thread:get("bad") > 0 then
      print("Bad answers: " .. thread:get("bad"))
    end
  end
end
