/*
** bodies.c - the bodies that the tests need, whatever is in spec/fixtures.
*/
#include "harness.h"

#define BUILTIN(name, body)                                                                                            \
    {                                                                                                                  \
        name " (built in)", TEXT(body)                                                                                 \
    }

const fixture builtin_fixtures[] = {
    BUILTIN("success-documented",
            "{\n    \"Response\": {\n        \"TotalCount\": 0,\n        \"InstanceStatusSet\": [],\n"
            "        \"RequestId\": \"b5b41468-520d-4192-b42f-595cc34b6c1c\"\n    }\n}"),
    BUILTIN("success-least", "{\"Response\":{}}"),
    BUILTIN("success-error-null", " {\"Error\":null,\"Response\":{\"Error\":null,\"RequestId\":null}} \r\n\t"),
    BUILTIN("success-every-value",
            "{\"Response\":{\"a\":[1,-2.5,3e+10,0,-0,0.1E-2,true,false,null,\"x\",[],{}],\"b\":{\"c\":"
            "[[[{\"d\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}]],[0]]},\"\":1234567890123456789012345678,"
            "\"RequestId\":\"r-1\"}}"),
    BUILTIN("success-unicode",
            "{\"Response\":{\"\xC2\xA2\":\"\xE4\xB8\xAD\xE6\x96\x87 \xF0\x9F\x98\x80 \\u4e2d\\ud83d\\uDE00\\u0000"
            "\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80\xE0\xA0\x80\xDF\xBF\",\"RequestId\":\"\\uD834\\udd1e\"}}"),
    BUILTIN("success-nested-error",
            "{\"Response\":{\"Data\":{\"Error\":{\"Code\":\"no\"}},\"List\":[{\"Error\":{\"Code\":\"no\"}}],"
            "\"error\":1,\"Errors\":{\"Code\":\"no\"},\"Error\\u0000\":{},\"RequestId\":\"yes\"}}"),
    BUILTIN("success-last-wins",
            "{\"Response\":{\"Error\":{\"Code\":\"a\"}},\"Response\":{\"RequestId\":\"a\",\"RequestId\":\"b\"}}"),
    BUILTIN("success-long-texts",
            "{\"Response\":{\"ThisNameIsLongerThanAnyBlockOfBytesThatIsReadAtOnce\":"
            "\"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz\","
            "\"n\":123456789012345678901234567890.123456789012345678901234567890e+00012,"
            "                                                                 \"RequestId\":\"r\"}}"),
    BUILTIN("failure-documented",
            "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure.SignatureFailure\",\"Message\":\"The provided "
            "credentials could not be validated. Please check your signature is correct.\"},"
            "\"RequestId\":\"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6\"}}"),
    BUILTIN("failure-escaped-names",
            "{\"R\\u0065sponse\":{\"\\u0052equestId\":\"r\\u002d1\",\"Err\\u006fr\":{\"Mess\\u0061ge\":"
            "\"caf\\u00e9 \\ud83d\\ude00\\n\",\"C\\u006Fde\":\"A\\u002EB\"}}}"),
    BUILTIN("failure-empty-code", "{\"Response\":{\"Error\":{\"Code\":\"\",\"Message\":7}}}"),
    BUILTIN("failure-legacy",
            "{\"code\":4000,\"message\":\"bad \\\"thing\\\"\",\"codeDesc\":\"InvalidParameter.Format\"}"),
    BUILTIN("failure-legacy-number", "{\"codeDesc\":null,\"message\":\"m\",\"code\":-1.50e2 }"),
    BUILTIN("envelope-array", "[{\"Response\":{}}]"),
    BUILTIN("envelope-number", "-12.5e3"),
    BUILTIN("envelope-string", " \"Response\" "),
    BUILTIN("envelope-literal", "false"),
    BUILTIN("envelope-no-response", "{\"response\":{},\"Data\":{\"Response\":{}},\"code\":0.0e9}"),
    BUILTIN("envelope-code-number", "{\"Response\":{\"RequestId\":\"r\",\"Error\":{\"Code\":12,\"Message\":\"m\"}}}"),
    BUILTIN("json-empty", ""),
    BUILTIN("json-html", "<html><body>502 Bad Gateway</body></html>"),
    BUILTIN("json-byte-order-mark", "\xEF\xBB\xBF{\"Response\":{}}"),
    BUILTIN("json-trailing", "{\"Response\":{}}\n{}"),
    BUILTIN("json-truncated", "{\"Response\":{\"RequestId\":\"r\""),
    BUILTIN("json-lone-surrogate", "{\"Response\":{\"RequestId\":\"\\ud83dx\"}}"),
};

const size_t builtin_fixture_count = sizeof builtin_fixtures / sizeof *builtin_fixtures;
