--- The error codes as constants, and what they mean.
---
--- Constants are named as in the official SDKs: the code in upper case, with "_" for ".":
---
---     local codes = require "tencentcloud.codes"
---     if err.code == codes.AUTHFAILURE_SIGNATUREFAILURE then ...
---
--- These are the common codes, which any product may return, and the library's own. The codes of a product are constants of
--- `codes.product "cvm"`. A name that does not exist raises, so a misspelt constant cannot compare with nil.
local arguments = require "tencentcloud.response.arguments"
local constants = require "tencentcloud.response.constants"
local core = require "tencentcloud.response.core"

---@class tencentcloud.CodeMeaning
---@field code string
---@field description string "" if none is known
---@field category tencentcloud.Category|"by status"
---@field retry tencentcloud.Retry|"by status"

---@class tencentcloud.codes
---@field ACTIONOFFLINE "ActionOffline"
---@field AUTHFAILURE "AuthFailure"
---@field AUTHFAILURE_INVALIDAUTHORIZATION "AuthFailure.InvalidAuthorization"
---@field AUTHFAILURE_INVALIDSECRETID "AuthFailure.InvalidSecretId"
---@field AUTHFAILURE_MFAFAILURE "AuthFailure.MFAFailure"
---@field AUTHFAILURE_SECRETIDNOTFOUND "AuthFailure.SecretIdNotFound"
---@field AUTHFAILURE_SIGNATUREEXPIRE "AuthFailure.SignatureExpire"
---@field AUTHFAILURE_SIGNATUREFAILURE "AuthFailure.SignatureFailure"
---@field AUTHFAILURE_TOKENFAILURE "AuthFailure.TokenFailure"
---@field AUTHFAILURE_UNAUTHORIZEDOPERATION "AuthFailure.UnauthorizedOperation"
---@field CLIENTERROR_HTTPSTATUSCODEERROR "ClientError.HttpStatusCodeError"
---@field CLIENTERROR_INVALIDENVELOPE "ClientError.InvalidEnvelope"
---@field CLIENTERROR_NETWORKERROR "ClientError.NetworkError"
---@field CLIENTERROR_PARSEJSONERROR "ClientError.ParseJsonError"
---@field CLIENTERROR_STREAMINTERRUPTED "ClientError.StreamInterrupted"
---@field DRYRUNOPERATION "DryRunOperation"
---@field FAILEDOPERATION "FailedOperation"
---@field INTERNALERROR "InternalError"
---@field INVALIDACTION "InvalidAction"
---@field INVALIDPARAMETER "InvalidParameter"
---@field INVALIDPARAMETERVALUE "InvalidParameterValue"
---@field INVALIDREQUEST "InvalidRequest"
---@field IPINBLACKLIST "IpInBlacklist"
---@field IPNOTINWHITELIST "IpNotInWhitelist"
---@field LIMITEXCEEDED "LimitExceeded"
---@field MISSINGPARAMETER "MissingParameter"
---@field NOSUCHPRODUCT "NoSuchProduct"
---@field NOSUCHVERSION "NoSuchVersion"
---@field OPERATIONDENIED "OperationDenied"
---@field REQUESTLIMITEXCEEDED "RequestLimitExceeded"
---@field REQUESTLIMITEXCEEDED_GLOBALREGIONUINLIMITEXCEEDED "RequestLimitExceeded.GlobalRegionUinLimitExceeded"
---@field REQUESTLIMITEXCEEDED_IPLIMITEXCEEDED "RequestLimitExceeded.IPLimitExceeded"
---@field REQUESTLIMITEXCEEDED_UINLIMITEXCEEDED "RequestLimitExceeded.UinLimitExceeded"
---@field REQUESTSIZELIMITEXCEEDED "RequestSizeLimitExceeded"
---@field RESOURCEINUSE "ResourceInUse"
---@field RESOURCEINSUFFICIENT "ResourceInsufficient"
---@field RESOURCENOTFOUND "ResourceNotFound"
---@field RESOURCEUNAVAILABLE "ResourceUnavailable"
---@field RESOURCESSOLDOUT "ResourcesSoldOut"
---@field RESPONSESIZELIMITEXCEEDED "ResponseSizeLimitExceeded"
---@field SERVICEUNAVAILABLE "ServiceUnavailable"
---@field UNAUTHORIZEDOPERATION "UnauthorizedOperation"
---@field UNKNOWNPARAMETER "UnknownParameter"
---@field UNSUPPORTEDOPERATION "UnsupportedOperation"
---@field UNSUPPORTEDPROTOCOL "UnsupportedProtocol"
---@field UNSUPPORTEDREGION "UnsupportedRegion"
local codes = {}

--- What a code means: by its own entry, else by its family's, else "unknown", "never". The description is that of the
--- code or of its family. Both values of "ClientError.HttpStatusCodeError" are "by status": they depend on the HTTP status.
---
---     codes.describe("FailedOperation.TryLater").retry     -- "safe"
---@param code string any code
---@return tencentcloud.CodeMeaning
function codes.describe(code)
    arguments.check(1, "describe", code, "string")
    local category, retry, description = core.meaning(code)
    return { code = code, description = description, category = category, retry = retry }
end

--- The code's family: the code up to its first dot.
---@param code string
---@return string
function codes.family(code)
    arguments.check(1, "family", code, "string")
    return (code:match "^[^.]*")
end

--- Is this the code `family`, or one of that family? `is("LimitExceeded.OverTime", "LimitExceeded")` holds.
---@param code string
---@param family string a code, or its first dotted parts
---@return boolean
function codes.is(code, family)
    arguments.check(1, "is", code, "string")
    arguments.check(2, "is", family, "string")
    return core.is(code, family)
end

--- Every code with an entry of its own, in byte order: the common codes, the library's, and the products' codes that
--- mean something other than their family. A new list each time.
---@return string[]
function codes.all()
    return core.all_codes()
end

-- Loaded on first use: the list of all products is large.
local function products()
    return require "tencentcloud.codes.products"
end

--- The codes that a product documents, as constants. A constant that does not exist raises.
---
---     local cvm = codes.product "cvm"
---     if err.code == cvm.RESOURCENOTFOUND_INSTANCENOTFOUND then ...
---@param name string as in the product's host: "cvm" of cvm.tencentcloudapi.com; raises if there is no such product
---@return table<string, string>
function codes.product(name)
    arguments.check(1, "product", name, "string")
    local found = products().constants(name)
    if not found then
        arguments.fail(1, "product", products().unknown(name, "; codes.products() lists them"))
    end
    return found
end

--- The names of the products that `product` knows, in byte order: a new list each time.
---@return string[]
function codes.products()
    return products().names()
end

--- The products that document a code, in byte order; an empty list if none does.
---
---     codes.documented_by "InvalidInstanceId.NotFound"     -- { "cvm" }
---@param code string
---@return string[]
function codes.documented_by(code)
    arguments.check(1, "documented_by", code, "string")
    return products().documenting(code)
end

return constants(core.common_codes, "tencentcloud.codes", codes)
