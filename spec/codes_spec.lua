local codes = require "tencentcloud.codes"
local support = require "spec.support"

-- code, category, retry, description; in byte order
local entries = {
    { "ActionOffline", "request", "never", "The action has been retired." },
    { "AuthFailure", "auth", "never", "Family of authentication failures; many products also return it bare." },
    { "AuthFailure.InvalidAuthorization", "auth", "never", "The Authorization header of the request is malformed." },
    { "AuthFailure.InvalidSecretId", "auth", "never", "Invalid key (not a TencentCloud API key type)." },
    { "AuthFailure.MFAFailure", "auth", "never", "MFA failed." },
    { "AuthFailure.SecretIdNotFound", "auth", "never", "The key does not exist." },
    { "AuthFailure.SignatureExpire", "auth", "safe", "Signature expired." },
    { "AuthFailure.SignatureFailure", "auth", "never", "Signature error." },
    { "AuthFailure.TokenFailure", "auth", "never", "Token error." },
    { "AuthFailure.UnauthorizedOperation", "permission", "never", "The request does not have CAM authorization." },
    { "ClientError.HttpStatusCodeError", "by status", "by status",
        "The HTTP status is not 200 and the body holds no envelope." },
    { "ClientError.InvalidEnvelope", "client", "idempotent", "The body is JSON but no response envelope." },
    { "ClientError.ParseJsonError", "client", "idempotent", "The body is not JSON." },
    { "DryRunOperation", "dry_run", "never",
        "DryRun Operation. It means that the request would have succeeded, but the DryRun parameter was used." },
    { "FailedOperation", "operation", "never", "Operation failed." },
    { "InternalError", "server", "idempotent", "Internal error." },
    { "InvalidAction", "request", "never", "The API does not exist." },
    { "InvalidParameter", "request", "never", "Incorrect parameter." },
    { "InvalidParameterValue", "request", "never", "Invalid parameter value." },
    { "InvalidRequest", "request", "never", "The multipart body of the request is malformed." },
    { "IpInBlacklist", "permission", "never", "The caller's address is on a deny list." },
    { "IpNotInWhitelist", "permission", "never", "The caller's address is not on the allow list." },
    { "LimitExceeded", "quota", "never", "Quota limit exceeded." },
    { "MissingParameter", "request", "never", "A parameter is missing." },
    { "NoSuchProduct", "request", "never", "The service does not exist." },
    { "NoSuchVersion", "request", "never", "The API version does not exist." },
    { "OperationDenied", "permission", "never", "The operation is denied; returned by many products." },
    { "RequestLimitExceeded", "throttle", "safe", "The number of requests exceeds the frequency limit." },
    { "RequestLimitExceeded.GlobalRegionUinLimitExceeded", "throttle", "safe",
        "The account exceeds its request rate across regions." },
    { "RequestLimitExceeded.IPLimitExceeded", "throttle", "safe", "The caller's address exceeds its request rate." },
    { "RequestLimitExceeded.UinLimitExceeded", "throttle", "safe", "The account exceeds its request rate." },
    { "RequestSizeLimitExceeded", "request", "never", "The request is larger than allowed." },
    { "ResourceInUse", "resource", "idempotent", "Resource is in use." },
    { "ResourceInsufficient", "resource", "idempotent", "Resource is insufficient." },
    { "ResourceNotFound", "resource", "never", "The resource does not exist." },
    { "ResourceUnavailable", "resource", "idempotent", "Resource is unavailable." },
    { "ResourcesSoldOut", "resource", "never", "The resource is sold out; returned by many products." },
    { "ResponseSizeLimitExceeded", "request", "never", "The response would be larger than allowed." },
    { "ServiceUnavailable", "server", "idempotent", "The service is temporarily unavailable." },
    { "UnauthorizedOperation", "permission", "never", "Unauthorized operation." },
    { "UnknownParameter", "request", "never", "Unknown parameter." },
    { "UnsupportedOperation", "operation", "never", "Unsupported operation." },
    { "UnsupportedProtocol", "request", "never",
        "HTTPS request method error. Only GET and POST requests are supported." },
    { "UnsupportedRegion", "request", "never", "API does not support the requested region." },
}

-- Exceptions from their families: code, category, retry.
local exceptions = {
    { "FailedOperation.CallerOverFrequency", "throttle", "safe" },
    { "FailedOperation.CreateOperationTooFrequently", "throttle", "safe" },
    { "FailedOperation.DataFlowTooManyRequests", "throttle", "safe" },
    { "FailedOperation.FrequencyLimit", "throttle", "safe" },
    { "FailedOperation.FrequencyLimited", "throttle", "safe" },
    { "FailedOperation.OperateFrequencyLimitedError", "throttle", "safe" },
    { "FailedOperation.RateLimitExceeded", "throttle", "safe" },
    { "FailedOperation.ReadQpsLimit", "throttle", "safe" },
    { "FailedOperation.ReleaseOperationTooFrequently", "throttle", "safe" },
    { "FailedOperation.RequestLimitExceeded", "throttle", "safe" },
    { "FailedOperation.RequestLimitExceeded1D", "throttle", "safe" },
    { "FailedOperation.RequestLimitExceeded1H", "throttle", "safe" },
    { "FailedOperation.RequestLimitExceeded30S", "throttle", "safe" },
    { "FailedOperation.RestrictedFrequency", "throttle", "safe" },
    { "FailedOperation.TagQpsLimit", "throttle", "safe" },
    { "FailedOperation.TooFrequent", "throttle", "safe" },
    { "FailedOperation.TooFrequently", "throttle", "safe" },
    { "FailedOperation.WriteQpsLimit", "throttle", "safe" },
    { "InternalError.QueryReqLimited", "throttle", "safe" },
    { "InvalidParameter.OperationIsTooFrequent", "throttle", "safe" },
    { "InvalidParameter.SkillScanRateLimitExceeded", "throttle", "safe" },
    { "LimitExceeded.DeliveryFrequencyLimit", "throttle", "safe" },
    { "LimitExceeded.FreqLimitForbiddenAccessError", "throttle", "safe" },
    { "LimitExceeded.GlobalSmsSendingRateLimit", "throttle", "safe" },
    { "LimitExceeded.RateLimitExceeded", "throttle", "safe" },
    { "LimitExceeded.RequestLimit", "throttle", "safe" },
    { "LimitExceeded.RequestLimitExceeded", "throttle", "safe" },
    { "LimitExceeded.SslCertRequestLimitExceeded", "throttle", "safe" },
    { "LimitExceeded.TooFrequentlyCalled", "throttle", "safe" },
    { "LimitExceeded.TooManyRequests", "throttle", "safe" },
    { "RequestLimitExceeded.BatchImportOverflow", "quota", "never" },
    { "RequestLimitExceeded.BatchTaskLimit", "quota", "never" },
    { "RequestLimitExceeded.CreateDomainLimit", "quota", "never" },
    { "RequestLimitExceeded.JobNumExceed", "quota", "never" },
    { "RequestLimitExceeded.MidasInvalidRequest", "request", "never" },
    { "RequestLimitExceeded.RepeatRequest", "operation", "never" },
    { "UnsupportedOperation.FrequencyLimit", "throttle", "safe" },
    { "UnsupportedOperation.FrequencyTopicDeleteOperate", "throttle", "safe" },
}

local ciam = [[
AuthFailure
DryRunOperation
FailedOperation
FailedOperation.AccountAlreadyBeLinked
FailedOperation.AttributeFormatError
FailedOperation.AuthSourceNameAlreadyExists
FailedOperation.AuthSourceNotFound
FailedOperation.DataFlowTooManyRequests
FailedOperation.EmailAlreadyExists
FailedOperation.EmailIsNull
FailedOperation.ImportUserIsEmpty
FailedOperation.IndexedAttributeTooLong
FailedOperation.InvalidTenant
FailedOperation.InvalidUserStatusEnum
FailedOperation.InvalidUserStore
FailedOperation.OrgNotFound
FailedOperation.PasswordIsNull
FailedOperation.PhoneNumberAlreadyExists
FailedOperation.PhoneNumberIsNull
FailedOperation.PrimaryUserNotFound
FailedOperation.QueryUsersParameterMustInWhitelist
FailedOperation.QueryUsersParameterRepeat
FailedOperation.QueryUsersSortParameterMustInWhitelist
FailedOperation.QuotaLimitExceeded
FailedOperation.SecondaryUserNotFound
FailedOperation.UserGroupNameAlreadyExists
FailedOperation.UserGroupNotFound
FailedOperation.UserIsFreeze
FailedOperation.UserNameAlreadyExists
FailedOperation.UserNameIsNull
FailedOperation.UserNotFound
FailedOperation.UserPropertyCodeAlreadyExists
FailedOperation.UserPropertyNotFound
FailedOperation.UserStatusRequired
FailedOperation.UserStoreAlreadyExists
FailedOperation.UserStoreDomainAlreadyExists
FailedOperation.UserStoreNotExist
InternalError
InternalError.JudgeUserExistException
InternalError.UnknownError
InternalError.UserStoreCreateSecretFail
InternalError.UserStoreDeleteUserFail
InvalidParameter
InvalidParameter.ParameterIllegal
InvalidParameterValue
LimitExceeded
MissingParameter
OperationDenied
RequestLimitExceeded
RequestLimitExceeded.FrequentRequest
RequestLimitExceeded.RepeatRequest
ResourceInUse
ResourceInsufficient
ResourceNotFound
ResourceUnavailable
ResourcesSoldOut
UnauthorizedOperation
UnauthorizedOperation.TenantNotActivated
UnknownParameter
UnsupportedOperation
UnsupportedOperation.EnabledAuthSourceCanNotBeDeleted
UnsupportedOperation.EnabledAuthSourceCanNotBeUpdated
UnsupportedOperation.InternalUserProperty
UnsupportedOperation.LinkedAppUserPropertyCanNotBeDeleted
UnsupportedOperation.LinkedAuthSourceCanNotBeClosed
UnsupportedOperation.LinkedAuthSourceCanNotBeDeleted
UnsupportedOperation.LinkedAuthSourceUserPropertyCanNotBeDeleted
UnsupportedOperation.LinkedUserPropertyCanNotBeDeleted
UnsupportedOperation.PlatformDomainSuffixCanNotBeUsed
UnsupportedOperation.WhenUserExistUserPropertyCanNotBeDeleted
]]

local cloudaudit = [[
FailedOperation
FailedOperation.CheckClsTopicIsExistFailed
FailedOperation.CheckCosBucketIsExistFailed
FailedOperation.GetClsTopicFailed
FailedOperation.GetCosBucketListFailed
FailedOperation.MemberNotAuditRole
FailedOperation.MemberNotInOrganization
InternalError
InternalError.CmqError
InternalError.DescribeAuditError
InternalError.InquireAuditCreditError
InternalError.ListAuditsError
InternalError.ListCmqEnableRegionError
InternalError.ListCosEnableRegionError
InternalError.ListKeyAliasByRegionError
InternalError.SearchError
InternalError.StartLoggingError
InternalError.StopLoggingError
InternalError.UpdateAuditError
InvalidParameter
InvalidParameter.Time
InvalidParameterValue.AliasAlreadyExists
InvalidParameterValue.AuditTrackNameNotSupportModify
InvalidParameterValue.CmqRegionError
InvalidParameterValue.CosNameError
InvalidParameterValue.CosRegionError
InvalidParameterValue.KmsRegionError
InvalidParameterValue.LogFilePrefixError
InvalidParameterValue.MaxResult
InvalidParameterValue.QueueNameError
InvalidParameterValue.ReadWriteAttributeError
InvalidParameterValue.Time
InvalidParameterValue.attributeKey
LimitExceeded.OverAmount
LimitExceeded.OverTime
MissingParameter.cmq
ResourceInUse.CosBucketExists
ResourceNotFound
ResourceNotFound.AuditNotExist
ResourceNotFound.CosNotExist
ResourceNotFound.RoleNotExist
UnauthorizedOperation
]]

local function words(text)
    local list = {}
    for word in text:gmatch "%S+" do
        list[#list + 1] = word
    end
    return list
end

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

local known = {}
for _, row in ipairs(entries) do
    known[#known + 1] = row[1]
end
for _, row in ipairs(exceptions) do
    known[#known + 1] = row[1]
end
table.sort(known)

describe("a code with a description:", function()
    for _, row in ipairs(entries) do
        it(("%s is %s, %s"):format(row[1], row[2], row[3]), function()
            assert.same({ code = row[1], category = row[2], retry = row[3], description = row[4] },
                codes.describe(row[1]))
            assert.equal(row[1], codes[constant(row[1])])
        end)
    end
end)

describe("an exception:", function()
    for _, row in ipairs(exceptions) do
        it(("%s is %s, %s"):format(row[1], row[2], row[3]), function()
            local meaning = codes.describe(row[1])
            assert.same({ row[1], row[2], row[3] }, { meaning.code, meaning.category, meaning.retry })
            assert.is_string(meaning.description)
            assert.equal(row[1], codes[constant(row[1])])
        end)
    end
end)

describe("describe", function()
    -- code, the code that it is described like
    local like = {
        { "AuthFailure.AnythingNew", "AuthFailure" },
        { "FailedOperation.UserNotFound", "FailedOperation" },
        { "LimitExceeded.OverTime", "LimitExceeded" },
        { "RequestLimitExceeded.FrequentRequest", "RequestLimitExceeded" },
        { "OperationDenied.Locked", "OperationDenied" },
        { "ResourcesSoldOut.Zone", "ResourcesSoldOut" },
        { "InvalidParameterValue.Time", "InvalidParameterValue" },
        { "ResourceInUse.", "ResourceInUse" },
        { "ResourceInUse.A.B.C", "ResourceInUse" },
        { "InternalError." .. ("x"):rep(10000), "InternalError" },
    }
    for _, row in ipairs(like) do
        it(("%s like its family"):format(row[1]:sub(1, 40)), function()
            local expected = codes.describe(row[2])
            expected.code = row[1]
            assert.same(expected, codes.describe(row[1]))
        end)
    end

    for _, code in ipairs { "", ".", "AuthFailur", "AuthFailureX", "AuthFailureX.A", "authfailure", ".AuthFailure",
        "X.AuthFailure", "AuthFailure\0", "ClientError", "ActionOfflin", "UnsupportedRegionX", "A", "Z", "zzz",
        "\255", ("A"):rep(10000) } do
        it(("no code that is not known: %q"):format(code:sub(1, 40)), function()
            assert.same({ code = code, category = "unknown", retry = "never", description = "" },
                codes.describe(code))
        end)
    end

    it("makes a table of its own each time", function()
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

describe("is", function()
    -- code, family, answer; more of them stand with the error object, which asks the same
    local rows = {
        { "LimitExceeded.OverTime", "LimitExceeded", true },
        { "LimitExceeded", "LimitExceeded", true },
        { "LimitExceededX", "LimitExceeded", false },
        { "LimitExceeded", "LimitExceeded.OverTime", false },
        { "NoSuchFamily.A", "NoSuchFamily", true },
    }
    for _, row in ipairs(rows) do
        it(("%s%s"):format(row[3] and "" or "not ", row[1]) .. " of " .. row[2], function()
            assert.equal(row[3], codes.is(row[1], row[2]))
        end)
    end
end)

describe("all", function()
    it("lists every code that has an entry, in byte order", function()
        assert.equal(38 + 3 + 3, #entries)
        assert.equal(38, #exceptions)
        assert.same(known, codes.all())
    end)

    it("makes a list of its own each time", function()
        codes.all()[1] = "changed"
        assert.equal(known[1], codes.all()[1])
    end)
end)

describe("the constants", function()
    it("are these codes and no others", function()
        assert.same(known, values(codes))
    end)

    it("are named as in the official SDKs", function()
        assert.equal("AuthFailure.SignatureFailure", codes.AUTHFAILURE_SIGNATUREFAILURE)
        assert.equal("FailedOperation.RequestLimitExceeded30S", codes.FAILEDOPERATION_REQUESTLIMITEXCEEDED30S)
        assert.equal("ClientError.HttpStatusCodeError", codes.CLIENTERROR_HTTPSTATUSCODEERROR)
    end)

    for product, text in pairs { ciam = ciam, cloudaudit = cloudaudit } do
        it("of " .. product .. " are these codes and no others", function()
            local constants, expected = require("tencentcloud.codes." .. product), words(text)
            assert.equal(product == "ciam" and 70 or 42, #expected)
            assert.same(expected, values(constants))
            for _, code in ipairs(expected) do
                assert.equal(code, constants[constant(code)])
            end
        end)

        it("of " .. product .. " raise for an unknown name, and say it", function()
            local constants = require("tencentcloud.codes." .. product)
            support.raises("NO_SUCH_CODE", function() return constants.NO_SUCH_CODE end)
            support.raises("codes_spec.lua:", function() return constants.NO_SUCH_CODE end)
        end)
    end
end)

describe("misuse raises:", function()
    it("an unknown constant, by its name", function()
        support.raises("AUTHFAILURE_SIGNATURFAILURE", function() return codes.AUTHFAILURE_SIGNATURFAILURE end)
        support.raises("codes_spec.lua:", function() return codes.AUTHFAILURE_SIGNATURFAILURE end)
        support.raises("42", function() return codes[42] end)
    end)

    for _, case in ipairs { { nil, "nil" }, { 42, "number" }, { {}, "table" } } do
        for _, name in ipairs { "describe", "family", "is" } do
            it(("%s of a %s"):format(name, case[2]), function()
                support.raises(("bad argument #1 to '%s' (string expected, got %s)"):format(name, case[2]),
                    codes[name], case[1], "A")
            end)
        end

        it("is of a family that is a " .. case[2], function()
            support.raises(("bad argument #2 to 'is' (string expected, got %s)"):format(case[2]),
                codes.is, "A", case[1])
        end)
    end
end)
