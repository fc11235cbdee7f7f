// SPDX-License-Identifier: Apache-2.0

package import Git

/// What `nacre-hook` tells the daemon of a push; the bytes are those of Documentation/HookProtocol.md.
package struct HookRequest: Sendable, Hashable {
    /// One ref that the push has moved.
    package struct Update: Sendable, Hashable {
        /// Zero where the ref is new.
        package let old: ObjectID
        /// Zero where the ref is gone.
        package let new: ObjectID
        /// The full name: any bytes that git allows, so no NUL, no control characters, no space.
        package let name: [UInt8]

        /// The name as text; nil where it is not UTF-8.
        package var ref: String? { String(validating: name, as: UTF8.self) }

        package init(old: ObjectID, new: ObjectID, name: [UInt8]) {
            self.old = old
            self.new = new
            self.name = name
        }
    }

    /// The first bytes of every request; the number is the protocol's version.
    package static let signature = Array("NACRE-HOOK 1\n".utf8)
    /// What the daemon sends while it has nothing to say (`SYN`); the hook passes it over, and no text has it.
    package static let signOfLife: UInt8 = 0x16
    /// What an answer begins with when the push cannot be put on record now (`NAK`): the hook keeps it.
    package static let refusal: UInt8 = 0x15
    /// The most bytes that a request has.
    package static let limitBytes = 1 << 20

    /// The git directory: absolute, without symbolic links.
    package var repository: String
    /// In the order in which git told them.
    package var updates: [Update]
    /// The push options, any bytes but NUL.
    package var options: [[UInt8]]
    /// The login name of whoever runs the hook, as a display name only: who it is, the socket's credentials say.
    package var user: String

    package init(repository: String, updates: [Update], options: [[UInt8]] = [], user: String = "") {
        self.repository = repository
        self.updates = updates
        self.options = options
        self.user = user
    }

    /// The bytes on the wire.
    package func encode() -> [UInt8] {
        var bytes = Self.signature
        func field(_ name: String, _ value: some Sequence<UInt8>) {
            bytes += Array(name.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes += Array(value)
            bytes.append(0)
        }
        field("repository", repository.utf8)
        for update in updates { field("update", Array("\(update.old) \(update.new) ".utf8) + update.name) }
        for option in options { field("option", option) }
        field("user", user.utf8)
        bytes.append(0)
        return bytes
    }

    /// Reads a whole request.
    /// - Throws: `.invalidRequest` for anything that `encode()` would not have written.
    package init(decoding bytes: [UInt8]) throws(RepositoriesError) {
        guard bytes.count <= Self.limitBytes else {
            throw Self.invalid("the request has more than \(Self.limitBytes) bytes")
        }
        guard bytes.starts(with: Self.signature) else { throw Self.invalid("the request does not begin as it must") }
        var repository: String?
        var user: String?
        self.init(repository: "", updates: [])
        var rest = bytes[Self.signature.count...]
        while true {
            guard let end = rest.firstIndex(of: 0) else { throw Self.invalid("the request is cut off") }
            let field = rest[..<end]
            rest = rest[(end + 1)...]
            if field.isEmpty { break }
            guard let equals = field.firstIndex(of: UInt8(ascii: "=")) else {
                throw Self.invalid("a field has no value")
            }
            let value = Array(field[(equals + 1)...])
            switch String(decoding: field[..<equals], as: UTF8.self) {
            case "repository" where repository == nil && updates.isEmpty && options.isEmpty && user == nil:
                repository = String(validating: value, as: UTF8.self)
            case "update" where repository != nil && options.isEmpty && user == nil:
                updates.append(try Self.update(value))
            case "option" where repository != nil && user == nil:
                options.append(value)
            case "user" where repository != nil && user == nil:
                user = String(decoding: value, as: UTF8.self)
            default:
                throw Self.invalid("a field is unknown or in the wrong place")
            }
        }
        guard rest.isEmpty else { throw Self.invalid("there is something after the end of the request") }
        guard let repository, repository.hasPrefix("/") else {
            throw Self.invalid("the repository's path is missing, not absolute or not UTF-8")
        }
        guard let user else { throw Self.invalid("the user is missing") }
        self.repository = repository
        self.user = user
    }

    private static func update(_ value: [UInt8]) throws(RepositoriesError) -> Update {
        let space = UInt8(ascii: " ")
        guard value.count > 82, value[40] == space, value[81] == space, let old = ObjectID(hexBytes: value[..<40]),
            let new = ObjectID(hexBytes: value[41..<81])
        else {
            throw invalid("an update is not of the form OLD NEW REF with ids of 40 digits")
        }
        let name = Array(value[82...])
        // git-check-ref-format(1), rule 4.
        guard name.starts(with: "refs/".utf8), name.allSatisfy({ $0 > space && $0 != 0x7F }) else {
            throw invalid("an update's ref is not a name that git allows")
        }
        return Update(old: old, new: new, name: name)
    }

    private static func invalid(_ message: String) -> RepositoriesError {
        RepositoriesError(.invalidRequest, message)
    }
}
