// SPDX-License-Identifier: Apache-2.0

/// A secret value and the variable that holds it.
package struct NamedSecret: Hashable, Sendable {
    /// What warnings call it; never hidden.
    package let name: String
    /// The value, which need not be UTF-8.
    package let value: [UInt8]

    /// Names a value of any bytes.
    package init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// Names a text.
    package init(name: String, value: String) {
        self.init(name: name, value: Array(value.utf8))
    }
}
