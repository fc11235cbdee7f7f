// SPDX-License-Identifier: Apache-2.0

import Masks
import Testing

/// What programs really print of a value; the texts were made by the programs named.
@Suite("Secret spellings")
struct SecretSpellingsTests {
    struct Row: CustomTestStringConvertible {
        var name: String
        var text: String
        var expected: String

        var testDescription: String { name }

        init(_ name: String, _ text: String, _ expected: String) {
            self.name = name
            self.text = text
            self.expected = expected
        }
    }

    /// A value with every character that somebody escapes.
    static let value = #"p@ss 'w/ö"rd\+1"#

    static let rows = [
        Row("the value itself", #"x=p@ss 'w/ö"rd\+1;"#, #"x=***;"#),
        Row("Python's json.dumps", #"{"k": "p@ss 'w/\u00f6\"rd\\+1"}"#, #"{"k": "***"}"#),
        Row("json.dumps without ASCII", #"{"k": "p@ss 'w/ö\"rd\\+1"}"#, #"{"k": "***"}"#),
        Row("JSON with upper-case escapes", #"{"k": "p@ss 'w/\u00F6\"rd\\+1"}"#, #"{"k": "***"}"#),
        Row("PHP's json_encode", #"{"k":"p@ss 'w\/\u00f6\"rd\\+1"}"#, #"{"k":"***"}"#),
        Row("urllib quote", #"https://u:p%40ss%20%27w%2F%C3%B6%22rd%5C%2B1@h"#, #"https://u:***@h"#),
        Row("urllib quote with slashes kept", #"https://h/p%40ss%20%27w/%C3%B6%22rd%5C%2B1"#, #"https://h/***"#),
        Row("urllib quote_plus", #"k=p%40ss+%27w%2F%C3%B6%22rd%5C%2B1&a=1"#, #"k=***&a=1"#),
        Row("percent-encoded in lower case", #"p%40ss%20%27w%2f%c3%b6%22rd%5c%2b1"#, #"***"#),
        Row("encodeURIComponent", #"p%40ss%20'w%2F%C3%B6%22rd%5C%2B1"#, #"***"#),
        Row("encodeURI", #"p@ss%20'w/%C3%B6%22rd%5C+1"#, #"***"#),
        Row("bash set -x", #"+ : 'p@ss '\''w/ö"rd\+1'\#n"#, #"+ : '***'\#n"#),
        Row("bash export -p", #"declare -x V="p@ss 'w/ö\"rd\\+1"\#n"#, #"declare -x V="***"\#n"#),
        Row("printf %q", #"p@ss\ \'w/ö\"rd\\+1\#n"#, #"***\#n"#),
        Row("bash set -x in the locale C", #"+ : 'p@ss '\''w/ö"rd\+1'\#n"#, #"+ : '***'\#n"#),
        Row("dash export -p", #"export V='p@ss '"'"'w/ö"rd\+1'\#n"#, #"export V='***'\#n"#),
        Row("dash set -x", #"+ : p@ss 'w/ö"rd\+1\#n"#, #"+ : ***\#n"#),
    ]

    @Test("a value is hidden as programs escape it", arguments: rows)
    func escaped(_ row: Row) {
        #expect(Masking(Self.value).mask.masked(row.text) == row.expected)
    }

    static let base64Rows = [
        Row("after 0, before 0 bytes", #"cEBzcyAndy/DtiJyZFwrMQ=="#, #"***"#),
        Row("after 0, before 1 bytes", #"cEBzcyAndy/DtiJyZFwrMQo="#, #"***"#),
        Row("after 0, before 1 bytes", #"cEBzcyAndy/DtiJyZFwrMXo="#, #"***Xo="#),
        Row("after 0, before 2 bytes", #"cEBzcyAndy/DtiJyZFwrMXp6"#, #"***Xp6"#),
        Row("after 1, before 0 bytes", #"YXBAc3MgJ3cvw7YicmRcKzE="#, #"YX***"#),
        Row("after 1, before 1 bytes", #"YXBAc3MgJ3cvw7YicmRcKzEK"#, #"YX***"#),
        Row("after 1, before 1 bytes", #"YXBAc3MgJ3cvw7YicmRcKzF6"#, #"YX***F6"#),
        Row("after 1, before 2 bytes", #"YXBAc3MgJ3cvw7YicmRcKzF6eg=="#, #"YX***F6eg=="#),
        Row("after 2, before 0 bytes", #"YWJwQHNzICd3L8O2InJkXCsx"#, #"YWJ***"#),
        Row("after 2, before 1 bytes", #"YWJwQHNzICd3L8O2InJkXCsxCg=="#, #"YWJ***"#),
        Row("after 2, before 1 bytes", #"YWJwQHNzICd3L8O2InJkXCsxeg=="#, #"YWJ***eg=="#),
        Row("after 2, before 2 bytes", #"YWJwQHNzICd3L8O2InJkXCsxeno="#, #"YWJ***eno="#),
        Row("after 3, before 0 bytes", #"YWJjcEBzcyAndy/DtiJyZFwrMQ=="#, #"YWJj***"#),
        Row("after 3, before 1 bytes", #"YWJjcEBzcyAndy/DtiJyZFwrMQo="#, #"YWJj***"#),
        Row("after 3, before 1 bytes", #"YWJjcEBzcyAndy/DtiJyZFwrMXo="#, #"YWJj***Xo="#),
        Row("after 3, before 2 bytes", #"YWJjcEBzcyAndy/DtiJyZFwrMXp6"#, #"YWJj***Xp6"#),
    ]

    @Test("a value is hidden within base64, but for the characters that others share", arguments: base64Rows)
    func base64(_ row: Row) {
        #expect(Masking(Self.value).mask.masked(row.text) == row.expected)
    }

    @Test("both alphabets of base64 are known")
    func alphabets() {
        let mask = Masking("subjects?_d=~~~>>>").mask
        #expect(mask.masked("c3ViamVjdHM/X2Q9fn5+Pj4+") == "***")
        #expect(mask.masked("c3ViamVjdHM_X2Q9fn5-Pj4-") == "***")
    }

    /// A key of 103 bytes as `base64` breaks it into lines.
    static let lineRows = [
        Row(
            "alone",
            #"LS0tLS1CRUdJTiBLRVktLS0tLQpNQzRDQVFBd0JRWURLMlZ3QkNJRUlIY1NOa1F2UjFjRGtGMFdt\#nM2VDMFZ0NXJXcVhuMUo4bTBnVmIxVDBxOXlaCi0tLS0tRU5EIEtFWS0tLS0tCg==\#n"#,
            "***\n***Cg==\n"
        ),
        Row(
            "between others",
            #"YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhLS0tLS1CRUdJTiBLRVktLS0tLQpNQzRDQVFB\#nd0JRWURLMlZ3QkNJRUlIY1NOa1F2UjFjRGtGMFdtM2VDMFZ0NXJXcVhuMUo4bTBnVmIxVDBxOXla\#nCi0tLS0tRU5EIEtFWS0tLS0tYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJi\#nYg==\#n"#,
            "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh***\n***\n***YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJi\nYg==\n"
        ),
    ]

    @Test("a long value is hidden within the lines of base64", arguments: lineRows)
    func lines(_ row: Row) {
        let key =
            "-----BEGIN KEY-----\nMC4CAQAwBQYDK2VwBCIEIHcSNkQvR1cDkF0Wm3eC0Vt5rWqXn1J8m0gVb1T0q9yZ\n-----END KEY-----"
        #expect(Masking(key).mask.masked(row.text) == row.expected)
    }
}
