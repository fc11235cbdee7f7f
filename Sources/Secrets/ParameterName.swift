// SPDX-License-Identifier: Apache-2.0

/// SSM's rules for names of parameters, and the forms in which one is referred to.
///
/// Source: "Constraints on parameter names", AWS Systems Manager user guide, and `PutParameter` of its API.
enum ParameterName {
    private static let limitCharacters = 2048
    private static let limitLevels = 15
    /// Names of AWS's own that a team may want to have values for, such as those of AMIs.
    private static let ownPrefix = "/aws/service/"

    /// - Throws: `invalid` for a name that SSM does not let one put.
    static func check(_ name: String) throws(SecretError) {
        if let problem = problem(name) {
            throw SecretError(.invalid, "'\(name)' cannot be a parameter's name: \(problem)")
        }
    }

    private static func problem(_ name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.count > limitCharacters { return "it has more than \(limitCharacters) characters" }
        let isAllowed = name.utf8.allSatisfy { byte in
            NameCharacters.isLetterOrDigit(byte) || "_.-/".utf8.contains(byte)
        }
        if !isAllowed { return "only letters, digits and `_`, `.`, `-`, `/` are allowed" }
        if name.contains("/") {
            if !name.hasPrefix("/") { return "a name with levels begins with `/`" }
            let levels = name.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            if levels.contains("") { return "a level is empty" }
            if levels.count > limitLevels { return "it has more than \(limitLevels) levels" }
        }
        let start = name.drop { $0 == "/" }.prefix(3).lowercased()
        if start == "aws" || start == "ssm", !name.hasPrefix(ownPrefix) {
            return "names that begin with `aws` or `ssm` are AWS's own"
        }
        return nil
    }

    /// What a reference asks for.
    struct Request: Hashable {
        /// Names to look for, the likelier first.
        let names: [String]
        /// Nil for the newest.
        let version: Int64?
    }

    /// Reads `NAME`, `NAME:VERSION`, or either with an ARN as the name.
    ///
    /// The region and account of an ARN play no part.
    /// - Returns: nil where the version is not a number from 1: labels are not kept.
    static func request(_ reference: String) -> Request? {
        var fields = reference.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var names = [fields.removeFirst()]
        if names == ["arn"], fields.count >= 5, fields[0].hasPrefix("aws"), fields[1] == "ssm",
            fields[4].hasPrefix("parameter/")
        {
            let path = String(fields[4].dropFirst("parameter".count))
            names = [path, String(path.dropFirst())]
            fields.removeFirst(5)
        }
        switch fields.count {
        case 0: return Request(names: names, version: nil)
        case 1:
            guard let version = Int64(fields[0]), version > 0 else { return nil }
            return Request(names: names, version: version)
        default: return nil
        }
    }
}
