local codes = require "tencentcloud.codes"
local support = require "spec.support"

-- The rows of a table of codes, keyed by the names in its first line. No field has a tab or newline or needs escapes.
local function read_table(path)
    local rows, names = {}, nil
    for line in assert(io.open(path, "rb")):lines() do
        local row, i = {}, 0
        for field in (line .. "\t"):gmatch "([^\t]*)\t" do
            i = i + 1
            if names then
                row[names[i]] = field
            else
                row[i] = field
            end
        end
        if names then
            rows[#rows + 1] = row
        else
            names = row
        end
    end
    return rows
end

-- A few hundred codes of every kind with their meanings, in byte order. The common codes, three families and the
-- client's codes have descriptions.
local fixture = read_table(support.path "codes.tsv")

-- The folder of the complete tables, if there is one.
local samples = os.getenv "TENCENTCLOUD_SAMPLES"
local tables = samples and samples ~= "" and samples .. "/../codes/"

-- The strings of a table of constants, in byte order.
local function values(constants)
    local list = {}
    for _, value in pairs(constants) do
        if type(value) == "string" then
            list[#list + 1] = value
        end
    end
    table.sort(list)
    return list
end

local function constant(code)
    return (code:upper():gsub("%.", "_"))
end

local function assert_meaning(row)
    local meaning = codes.describe(row.code)
    if meaning.category ~= row.category or meaning.retry ~= row.retry then
        error(("%s is %s, %s; expected %s, %s"):format(row.code, meaning.category, meaning.retry, row.category,
            row.retry), 2)
    end
end

local common = {}
local by_meaning = {}
for _, row in ipairs(fixture) do
    if row.description ~= "" then
        common[#common + 1] = row.code
    end
    local meaning = row.category .. ", " .. row.retry
    by_meaning[meaning] = by_meaning[meaning] or {}
    table.insert(by_meaning[meaning], row)
end

describe("a code with a description:", function()
    for _, row in ipairs(fixture) do
        if row.description ~= "" then
            it(("%s is %s, %s"):format(row.code, row.category, row.retry), function()
                assert.same(row, codes.describe(row.code))
                assert.equal(row.code, codes[constant(row.code)])
            end)
        end
    end
end)

describe("documented codes:", function()
    for meaning, rows in pairs(by_meaning) do
        it(("%d are %s"):format(#rows, meaning), function()
            for _, row in ipairs(rows) do
                assert_meaning(row)
                assert.is_string(codes.describe(row.code).description)
            end
        end)
    end

    it("every code of every product", function()
        if not tables then
            return pending "no TENCENTCLOUD_SAMPLES"
        end
        local listed, families, count = {}, {}, 0
        for _, name in ipairs { "common", "families", "exceptions" } do
            for _, row in ipairs(read_table(tables .. name .. ".tsv")) do
                listed[row.code] = row
                families[row.code] = row.description and row
            end
        end
        local seen = {}
        for _, pair in ipairs(read_table(tables .. "products.tsv")) do
            local code = pair.code
            if not seen[code] then
                seen[code] = true
                local row = listed[code] or families[code:match "^[^.]*"]
                assert_meaning { code = code, category = row.category, retry = row.retry }
                count = count + 1
            end
        end
        assert.equal(12268, count)
    end)
end)

describe("describe", function()
    -- code, another code with the same description
    local like = {
        { "AuthFailure.AnythingNew", "AuthFailure" },
        { "FailedOperation.AnythingNew", "FailedOperation" },
        { "LimitExceeded.AnythingNew", "LimitExceeded" },
        { "ResourceBusy.AnythingNew", "ResourceBusy" },
        { "RequestLimitExceeded.FrequentRequest", "RequestLimitExceeded" },
        { "OperationDenied.Locked", "OperationDenied" },
        { "ResourcesSoldOut.Zone", "ResourcesSoldOut" },
        { "InvalidParameterValue.Time", "InvalidParameterValue" },
        { "ResourceInUse.", "ResourceInUse" },
        { "ResourceInUse.A.B.C", "ResourceInUse" },
        { "InternalError." .. ("x"):rep(10000), "InternalError" },
    }
    for _, row in ipairs(like) do
        it(("gives %s the meaning of its family"):format(row[1]:sub(1, 40)), function()
            local expected = codes.describe(row[2])
            expected.code = row[1]
            assert.same(expected, codes.describe(row[1]))
        end)
    end

    for _, code in ipairs { "", ".", "AuthFailur", "AuthFailureX", "AuthFailureX.A", "authfailure", ".AuthFailure",
        "X.AuthFailure", "AuthFailure\0", "ClientError", "ActionOfflin", "UnsupportedRegionX", "A", "Z", "zzz",
        "\255", ("A"):rep(10000) } do
        it(("gives an unknown code the category unknown: %q"):format(code:sub(1, 40)), function()
            assert.same({ code = code, category = "unknown", retry = "never", description = "" },
                codes.describe(code))
        end)
    end

    it("returns a new table each time", function()
        codes.describe("AuthFailure").category = "changed"
        assert.equal("auth", codes.describe("AuthFailure").category)
    end)
end)

describe("family", function()
    for code, family in pairs { ["AuthFailure.SignatureFailure"] = "AuthFailure", ["AuthFailure"] = "AuthFailure",
        ["A.B.C"] = "A", [""] = "", ["A."] = "A", [".A"] = "" } do
        it(("of '%s' is '%s'"):format(code, family), function()
            assert.equal(family, codes.family(code))
        end)
    end
end)

describe("is:", function()
    -- code, family, answer; error_spec has more, because err:is gives the same answers
    local rows = {
        { "LimitExceeded.OverTime", "LimitExceeded", true },
        { "LimitExceeded", "LimitExceeded", true },
        { "LimitExceededX", "LimitExceeded", false },
        { "LimitExceeded", "LimitExceeded.OverTime", false },
        { "NoSuchFamily.A", "NoSuchFamily", true },
    }
    for _, row in ipairs(rows) do
        it(("'%s' is %sin '%s'"):format(row[1], row[3] and "" or "not ", row[2]), function()
            assert.equal(row[3], codes.is(row[1], row[2]))
        end)
    end
end)

describe("all", function()
    it("lists every code that has an entry, in byte order", function()
        local all = codes.all()
        assert.equal(38 + 3 + 5 + 3873, #all)
        local has = {}
        for i, code in ipairs(all) do
            assert.is_true(i == 1 or all[i - 1] < code)
            has[code] = true
        end
        for _, code in ipairs(common) do
            assert.is_true(has[code])
        end
        assert.is_true(has["FailedOperation.TryLater"])
        assert.is_nil(has["AuthFailure.UnknownToAll"])
    end)

    it("returns a new list each time", function()
        codes.all()[1] = "changed"
        assert.not_equal("changed", codes.all()[1])
    end)
end)

-- The codes of the constants in the annotations, by name.
local function annotated()
    local path = assert(package.searchpath and package.searchpath("tencentcloud.codes", package.path)
        or package.path:match "([^;]*)%?%.lua" .. "tencentcloud/codes.lua")
    local fields = {}
    for line in io.lines(path) do
        local name, code = line:match '^%-%-%-@field ([%u_]+) "(.*)"$'
        if name then
            fields[name] = code
        end
    end
    return fields
end

describe("the constants", function()
    it("are exactly the common codes", function()
        local found = {}
        for name, code in pairs(codes) do
            assert.equal(constant(code), name)
            found[#found + 1] = code
        end
        table.sort(found)
        assert.equal(38 + 3 + 5, #found)
        assert.same(common, found)
    end)

    it("are those in the annotations, which editors complete", function()
        local fields = annotated()
        for name, code in pairs(codes) do
            assert.equal(code, fields[name])
            fields[name] = nil
        end
        assert.same({}, fields)
    end)

    it("are named as in the official SDKs", function()
        assert.equal("AuthFailure.SignatureFailure", codes.AUTHFAILURE_SIGNATUREFAILURE)
        assert.equal("ClientError.HttpStatusCodeError", codes.CLIENTERROR_HTTPSTATUSCODEERROR)
        assert.equal("RequestLimitExceeded.IPLimitExceeded", codes.REQUESTLIMITEXCEEDED_IPLIMITEXCEEDED)
    end)
end)

describe("the codes of a product", function()
    it("are loaded on first use #process", function()
        local program = [[
            local codes = require "tencentcloud.codes"
            require "tencentcloud.response"
            codes.describe "AuthFailure"
            for name in pairs(package.loaded) do
                assert(not name:find "^tencentcloud%.codes%.", name)
            end
            assert(codes.product "cvm" and package.loaded["tencentcloud.codes.documented"])
            io.write "done"]]
        assert.equal("done", support.run("-e '" .. program .. "'"))
    end)

    it("are a table of constants, the same each time", function()
        local cvm = codes.product "cvm"
        assert.equal("InvalidInstanceId.NotFound", cvm.INVALIDINSTANCEID_NOTFOUND)
        assert.equal("InternalError", cvm.INTERNALERROR)
        assert.equal("InternalError.", codes.product("cpdp").INTERNALERROR_)
        assert.equal(cvm, codes.product "cvm")
        assert.equal(425, #values(cvm))
    end)

    it("have one constant for two codes with the same name: the first in byte order", function()
        local sms = codes.product "sms"
        assert.equal("InvalidParameterValue.SdkAppIdNotExist", sms.INVALIDPARAMETERVALUE_SDKAPPIDNOTEXIST)
        assert.same({ "sms", "vms" }, codes.documented_by "InvalidParameterValue.SdkAppidNotExist")
    end)

    for product, count in pairs { ciam = 122, cloudaudit = 42 } do
        it("have a separate module for " .. product, function()
            assert.equal(codes.product(product), require("tencentcloud.codes." .. product))
            assert.equal(count, #values(codes.product(product)))
        end)
    end

    it("raise an error that names an unknown constant", function()
        local cvm = codes.product "cvm"
        support.raises("codes.product \"cvm\" has no constant 'NO_SUCH_CODE'", function() return cvm.NO_SUCH_CODE end)
        support.raises("codes_spec.lua:", function() return cvm.NO_SUCH_CODE end)
        support.raises("no constant 'describe'", function() return cvm.describe end)
    end)

    -- an unknown product, the error text
    for name, said in pairs {
        CVM = "(unknown product 'CVM': did you mean 'cvm'?)",
        cvn = "(unknown product 'cvn': did you mean 'cdn' or 'cvm'?)",
        cloudaduit = "(unknown product 'cloudaduit': did you mean 'cloudaudit'?)",
        x = "(unknown product 'x'; codes.products() lists them)",
        [""] = "(unknown product ''; codes.products() lists them)",
        ["cvm "] = "(unknown product 'cvm ': did you mean 'cvm'?)",
        ["aai aca"] = "(unknown product 'aai aca'; codes.products() lists them)",
        [("cvm"):rep(100000)] = "codes.products() lists them",
    } do
        it(("are not found for the unknown product '%s' #long"):format(name:sub(1, 20)), function()
            support.raises("bad argument #1 to 'product' ", codes.product, name)
            support.raises(said, codes.product, name)
            support.raises("codes_spec.lua:", function() codes.product(name) end)
        end)
    end

    it("are sorted and complete for all products #long", function()
        local count, distinct, products = 0, {}, codes.products()
        assert.equal(261, #products)
        for i, product in ipairs(products) do
            assert.is_true(i == 1 or products[i - 1] < product)
            local list = require("tencentcloud.codes.products").codes(product)
            for j, code in ipairs(list) do
                assert.is_true(j == 1 or list[j - 1] < code)
                distinct[code] = true
            end
            count = count + #list
        end
        assert.equal(16847, count)
        local codes_count = 0
        for _ in pairs(distinct) do
            codes_count = codes_count + 1
        end
        assert.equal(12268, codes_count)
    end)

    it("are those of every product's documentation", function()
        if not tables then
            return pending "no TENCENTCLOUD_SAMPLES"
        end
        local expected = {}
        for _, row in ipairs(read_table(tables .. "products.tsv")) do
            expected[row.product] = expected[row.product] or {}
            table.insert(expected[row.product], row.code)
        end
        for product, list in pairs(expected) do
            table.sort(list)
            assert.same(list, require("tencentcloud.codes.products").codes(product))
        end
    end)

    it("take less than 300 KB", function()
        assert.is_true(#require("tencentcloud.codes.documented") < 300000)
    end)

    it("are listed in order, each once #long", function()
        local family, last_entry, seen = "", "", {}
        for line in require("tencentcloud.codes.documented"):gmatch "[^\n]+" do
            local entry, rests = line:match "^ ([^:]*): (.*)"
            if not entry then
                assert.is_true(family < line, line)
                family, last_entry = line, ""
            else
                assert.is_true(last_entry < entry, family .. ": " .. entry)
                last_entry = entry
                local before = ""
                for rest in rests:gmatch "%S+" do
                    assert.is_true(before < rest, family .. ": " .. entry .. ": " .. rest)
                    assert.is_nil(seen[family .. "." .. rest], family .. "." .. rest)
                    seen[family .. "." .. rest], before = true, rest
                end
                before = ""
                for product in entry:gmatch "%S+" do
                    assert.is_true(before < product, family .. ": " .. entry)
                    before = product
                end
            end
        end
    end)
end)

describe("documented_by", function()
    -- code, products
    for code, products in pairs {
        ["InvalidInstanceId.NotFound"] = "cbs cvm vpc",
        ["AccountNotExist"] = "postgres",
        ["AddressQuotaLimitExceeded.DailyAllocate"] = "vpc",
        ["InternalError.CmqError"] = "cloudaudit",
        ["NoSuchCode"] = "",
        ["AuthFailure.NoSuchCode"] = "",
        ["ClientError.ParseJsonError"] = "",
        ["AuthFailure.="] = "",
        ["AuthFailure.."] = "",
        [""] = "",
    } do
        it(("'%s'"):format(code), function()
            assert.equal(products, table.concat(codes.documented_by(code), " "))
        end)
    end

    it("returns a new list each time, as products does", function()
        codes.documented_by("AccountNotExist")[1] = "changed"
        codes.products()[1] = "changed"
        assert.same({ "postgres" }, codes.documented_by "AccountNotExist")
        assert.equal("aai", codes.products()[1])
    end)
end)

describe("misuse raises:", function()
    it("an unknown constant, with its name", function()
        support.raises("AUTHFAILURE_SIGNATURFAILURE", function() return codes.AUTHFAILURE_SIGNATURFAILURE end)
        support.raises("codes_spec.lua:", function() return codes.AUTHFAILURE_SIGNATURFAILURE end)
        support.raises("42", function() return codes[42] end)
    end)

    for _, case in ipairs { { nil, "nil" }, { 42, "number" }, { {}, "table" } } do
        for _, name in ipairs { "describe", "family", "is", "product", "documented_by" } do
            it(("%s(%s)"):format(name, case[2]), function()
                support.raises(("bad argument #1 to '%s' (string expected, got %s)"):format(name, case[2]),
                    codes[name], case[1], "A")
            end)
        end

        it(("is(string, %s)"):format(case[2]), function()
            support.raises(("bad argument #2 to 'is' (string expected, got %s)"):format(case[2]),
                codes.is, "A", case[1])
        end)
    end
end)
