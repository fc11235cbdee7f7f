// SPDX-License-Identifier: Apache-2.0

/// Secrets Manager's rules for names of secrets, and the forms in which one is referred to.
///
/// Source: `CreateSecret` and `GetSecretValue` of the Secrets Manager API.
enum SecretName {
    private static let limitCharacters = 512
    private static let ownAccount = "000000000000"
    static let suffixCharacters = 6

    /// - Throws: `invalid` for a name that Secrets Manager refuses.
    static func check(_ name: String) throws(SecretError) {
        let isAllowed = name.utf8.allSatisfy { byte in
            NameCharacters.isLetterOrDigit(byte) || "/_+=.@-".utf8.contains(byte)
        }
        if name.isEmpty || name.utf8.count > limitCharacters || !isAllowed {
            throw SecretError(
                .invalid,
                """
                '\(name)' cannot be a secret's name: 1 to \(limitCharacters) letters, digits and `/`, `_`, `+`, `=`, `.`, \
                `@`, `-` are allowed
                """
            )
        }
    }

    /// Six letters and digits by chance.
    static func makeSuffix() -> String {
        let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<suffixCharacters).map { _ in characters[Int.random(in: characters.indices)] })
    }

    /// The ARN of a secret of this store.
    static func arn(_ name: String, suffix: String) -> String {
        "arn:aws:secretsmanager:us-east-1:\(ownAccount):secret:\(name)-\(suffix)"
    }

    /// A secret that an id may mean.
    struct Candidate: Hashable {
        let name: String
        /// What its suffix must be; nil: whatever it is.
        let suffix: String?
    }

    /// The secrets that an id may mean, the likelier first: of a name itself; of an ARN the one with that suffix, then the one
    /// of that name.
    ///
    /// The ARN of another account, as a buildspec from AWS has it, cannot have the suffix of the secret here that takes its
    /// place, so there the suffix plays no part.
    static func candidates(_ id: String) -> [Candidate] {
        let fields = id.split(separator: ":", maxSplits: 6, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 7, fields[0] == "arn", fields[2] == "secretsmanager", fields[5] == "secret" else {
            return [Candidate(name: id, suffix: nil)]
        }
        let partial = Candidate(name: fields[6], suffix: nil)
        let characters = Array(fields[6])
        guard characters.count > suffixCharacters + 1, characters[characters.count - suffixCharacters - 1] == "-" else {
            return [partial]
        }
        let name = String(characters.dropLast(suffixCharacters + 1))
        let suffix = fields[4] == ownAccount ? String(characters.suffix(suffixCharacters)) : nil
        return [Candidate(name: name, suffix: suffix), partial]
    }
}
