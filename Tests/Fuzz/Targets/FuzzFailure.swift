// SPDX-License-Identifier: Apache-2.0

/// What did not hold of an input.
package struct FuzzFailure: Error, CustomStringConvertible {
    /// For whoever mends it.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Fails unless something holds.
    static func unless(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !holds { throw FuzzFailure(otherwise()) }
    }
}
