// SPDX-License-Identifier: Apache-2.0

/// A value together with the place in a file that it was read from.
package struct Located<Value> {
    /// What was read.
    package let value: Value
    /// Where its text starts.
    package let location: SourceLocation

    package init(_ value: Value, at location: SourceLocation) {
        self.value = value
        self.location = location
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
