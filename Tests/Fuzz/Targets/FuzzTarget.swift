// SPDX-License-Identifier: Apache-2.0

/// A reader of Nacre that is fed with bad input, and what must hold of it then.
package protocol FuzzTarget: Sendable {
    /// What `make fuzz TARGET=…` calls it.
    var name: String { get }
    /// Good inputs, which are changed at random.
    var seeds: [[UInt8]] { get }
    /// Pieces that mean something to the reader.
    var words: [String] { get }
    /// Checks one input; an input that the reader refuses as it should is a good one.
    /// - Throws: `FuzzFailure` where something does not hold.
    func check(_ input: [UInt8]) throws
}

extension FuzzTarget {
    package var words: [String] { [] }
}
