// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics

/// What a pusher asked for with `git push -o`.
package struct PushOptions: Sendable, Hashable {
    /// An environment variable for the builds of the push.
    package struct Variable: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private static let prefix = "nacre."
    /// The most bytes of all options together: each build and each moved ref of the push keeps them.
    private static let limit = 64 << 10
    private static let knownOptions =
        "nacre.wait, nacre.skip, nacre.batch, nacre.coalesce, nacre.debug, nacre.env.NAME=VALUE"

    /// `nacre.wait`: the push follows its builds to their end.
    package private(set) var waits = false
    /// `nacre.skip`: the push is recorded, and nothing is built.
    package private(set) var skips = false
    /// `nacre.batch`: the builds of the buildspec's block `batch` are run.
    package private(set) var isBatch = false
    /// `nacre.coalesce`: a pipeline with sources on several of the push's refs gets one execution of them all.
    package private(set) var coalesces = false
    /// `nacre.debug`: the push's builds are held at breakpoints and after a failed command.
    package private(set) var isDebug = false
    /// `nacre.env.NAME=VALUE`, each name once, in the order in which the names came first; the last value counts.
    package private(set) var variables: [Variable] = []
    private var places: [String: Int] = [:]
    /// What was wrong, one sentence for the pusher each, harmless for a terminal; such options have no effect.
    package private(set) var problems: [String] = []
    /// All options as they are kept, also those of other programs; none where they are too large.
    package private(set) var texts: [String] = []

    /// Whether anything was asked for that changes what follows from the push.
    package var hasEffects: Bool { skips || isBatch || coalesces || isDebug || !variables.isEmpty }

    /// Reads the options; those that do not begin with `nacre.` are another program's and are passed over.
    package init(_ options: [[UInt8]]) {
        let size = options.reduce(0) { $0 + $1.count }
        guard size <= Self.limit else {
            problems = ["push options of \(size) bytes are more than \(Self.limit), and have no effect"]
            return
        }
        texts = options.map { String(decoding: $0, as: UTF8.self) }
        for option in options where option.starts(with: Self.prefix.utf8) {
            if let text = String(validating: option, as: UTF8.self) {
                add(text)
            } else {
                problems.append("push option \(TerminalText.visible(option)) is not UTF-8")
            }
        }
    }

    private mutating func add(_ option: String) {
        let name = String(option.prefix { $0 != "=" })
        let value = name == option ? nil : String(option.unicodeScalars.drop { $0 != "=" }.dropFirst())
        let shown = TerminalText.visible(name)
        switch (name, value) {
        case ("nacre.wait", nil): waits = true
        case ("nacre.skip", nil): skips = true
        case ("nacre.batch", nil): isBatch = true
        case ("nacre.coalesce", nil): coalesces = true
        case ("nacre.debug", nil): isDebug = true
        case ("nacre.wait", _), ("nacre.skip", _), ("nacre.batch", _), ("nacre.coalesce", _), ("nacre.debug", _):
            problems.append("push option \(shown) takes no value")
        case (_, let value?) where name.hasPrefix("nacre.env."):
            let variable = Variable(name: String(name.dropFirst("nacre.env.".count)), value: value)
            guard Self.isVariableName(variable.name) else {
                let rule = "a variable's name has letters, digits and _, and no digit first"
                return problems.append("push option \(shown): \(rule)")
            }
            if let index = places[variable.name] {
                variables[index] = variable
            } else {
                places[variable.name] = variables.count
                variables.append(variable)
            }
        case (_, nil) where name.hasPrefix("nacre.env."):
            problems.append("push option \(shown) lacks =VALUE")
        default:
            problems.append("unknown push option \(shown); there are \(Self.knownOptions)")
        }
    }

    /// POSIX, Base Definitions 8.1: letters, digits and `_`, not beginning with a digit.
    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
