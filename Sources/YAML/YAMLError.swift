// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// Why a file is not the YAML that we read.
package struct YAMLError: Error, Sendable, Hashable {
    /// The kinds of refusal.
    package enum Code: String, Sendable, Hashable {
        /// libyaml refuses the text; ``YAMLError/problem`` says why.
        case syntax
        /// The bytes are not UTF-8, or are another encoding altogether.
        case encoding
        /// A control character that YAML forbids, NUL among them.
        case controlCharacter
        /// More bytes than allowed.
        case tooLarge
        /// Nested too deep.
        case tooDeep
        /// More values than allowed, written or through aliases.
        case tooManyNodes
        /// An alias whose anchor is not defined before it.
        case unknownAnchor
        /// An alias inside the value that it refers to.
        case recursiveAlias
        /// A merge key whose value is no mapping.
        case badMerge
        /// A second document.
        case severalDocuments
        /// libyaml could not get memory.
        case outOfMemory
    }

    /// The kind of refusal.
    package let code: Code
    /// One sentence for a person.
    package let message: String
    /// Where the problem is.
    package let location: SourceLocation
    /// How many columns are wrong, at least 1.
    package let length: Int
    /// What to do about it.
    package let hint: String?
    /// libyaml's text; empty where the refusal is ours.
    package let problem: String
    /// What libyaml was doing, such as "while scanning an anchor"; empty where it does not say.
    package let context: String
    /// The same problem in the words of AWS CodeBuild, whose parser is a port of libyaml; nil for a refusal of ours.
    package let wireMessage: String?

    init(
        _ code: Code,
        _ message: String,
        at location: SourceLocation,
        length: Int = 1,
        hint: String? = nil,
        problem: String = "",
        context: String = "",
        wireMessage: String? = nil
    ) {
        self.code = code
        self.message = message
        self.location = location
        self.length = length
        self.hint = hint
        self.problem = problem
        self.context = context
        self.wireMessage = wireMessage
    }

    /// The error as a diagnostic.
    package var diagnostic: Diagnostic {
        Diagnostic(.error, message, at: location, length: length, hint: hint, wireMessage: wireMessage)
    }
}
