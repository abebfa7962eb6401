-- A finalizer's call on an object in use is refused, and nothing is read or written twice.
local support = require "spec.support"

describe("a finalizer inside a call #process", function()
    it("calls every method of every object, and each call returns what it returns alone", function()
        local output = support.run "spec/finalizers.lua"
        local refused = tonumber(output:match ", (%d+) refused, 0 wrong\n$")
        assert.is_truthy(refused, output)
        assert.is_true(refused > 0, output)
    end)
end)
